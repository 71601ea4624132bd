// The settings of a one-node Kafka for tests, and the Java command lines that format and run it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaDir } from './service-paths.ts';

export interface KafkaPorts {
  readonly brokerPort: number;
  readonly controllerPort: number;
}

/** Formatted once per machine by `npm run services`, copied for each broker: saves 0.5 to 2 s each. */
export function kafkaTemplateDir(): string {
  return join(kafkaDir(), 'template');
}

/** Classes loaded at an earlier start, mapped into memory: 3.2 s → 2 s. */
export function kafkaClassArchive(): string {
  return join(kafkaDir(), 'libs.jsa');
}

/** The text of server.properties. @param extra beats what stands here. */
export function kafkaProperties(
  ports: KafkaPorts,
  logDir: string,
  extra: Readonly<Record<string, string>> = {},
): string {
  const settings: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.controllerPort}`,
    listeners: `BROKER://127.0.0.1:${ports.brokerPort},CONTROLLER://127.0.0.1:${ports.controllerPort}`,
    'advertised.listeners': `BROKER://127.0.0.1:${ports.brokerPort}`,
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': logDir,
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    // Else 50 folders at the first join of a group.
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.num.partitions': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // With the defaults a restart after kill -9 waits 11 s for the old session to end; with these 2 s.
    'broker.session.timeout.ms': '1000',
    'broker.heartbeat.interval.ms': '200',
    'num.network.threads': '1',
    'num.io.threads': '2',
    'log.cleaner.dedupe.buffer.size': '2097152',
    ...extra,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

/** Arguments for `java` that run the broker in the foreground. */
export function kafkaServerArguments(propertiesFile: string): string[] {
  const archive = kafkaClassArchive();
  return [
    '-Xms32m',
    '-Xmx256m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:-UsePerfData',
    ...(existsSync(archive)
      ? [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
      : []),
    ...kafkaClassPath(),
    'kafka.Kafka',
    propertiesFile,
  ];
}

/** Arguments for `java` that format the log folder which the properties name. */
export function kafkaFormatArguments(propertiesFile: string, clusterId: string): string[] {
  return [...kafkaClassPath(), 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', propertiesFile];
}

/** Java expands the star itself. */
function kafkaClassPath(): string[] {
  return ['-cp', join(kafkaDir(), 'libs', '*')];
}
