// Brings Kafka's jars from Maven Central into the cache and prepares what makes a broker start fast.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnChild } from '../support/child.ts';
import { freePorts } from '../support/free-port.ts';
import {
  kafkaClassArchive,
  kafkaFormatArguments,
  kafkaProperties,
  kafkaServerArguments,
  kafkaTemplateDir,
} from '../support/kafka-properties.ts';
import { findProgram, findService, kafkaDir, serviceCacheDir } from '../support/service-paths.ts';
import { runCommand } from './run-command.ts';

const MAVEN_TIMEOUT_MS = 600_000;
const JAVA_TIMEOUT_MS = 120_000;
// Written into the template; each broker puts a random one in its place.
const TEMPLATE_CLUSTER_ID = 'AAAAAAAAQACAAAAAAAAAAQ';

/**
 * Jars (10 s, 28 MB), formatted folder and class archive; does only what is missing.
 * @throws {Error} naming the program that is missing and how to get it, or Maven's words.
 */
export async function installKafka(): Promise<void> {
  if (findProgram('java') === undefined)
    throw new Error('Java 17 is missing. Run: apt-get install openjdk-17-jre-headless');
  if (findService('kafka') === undefined) await downloadJars();
  if (!existsSync(kafkaTemplateDir())) await formatTemplate();
  if (!existsSync(kafkaClassArchive())) await archiveClasses();
}

/** Whether installKafka() has nothing left to do. */
export function kafkaIsInstalled(): boolean {
  return findService('kafka') !== undefined && existsSync(kafkaTemplateDir()) && existsSync(kafkaClassArchive());
}

/** Into a folder beside, renamed when whole: a run that was cut off leaves nothing that looks installed. */
async function downloadJars(): Promise<void> {
  if (findProgram('mvn') === undefined) throw new Error('Maven is missing. Run: apt-get install maven');
  await mkdir(serviceCacheDir(), { recursive: true });
  const making = await mkdtemp(`${kafkaDir()}.`);
  try {
    const pom = await readFile(new URL('./kafka-pom.xml', import.meta.url), 'utf8');
    await writeFile(join(making, 'pom.xml'), pom);
    const goal = [
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${join(making, 'libs')}`,
    ];
    await runCommand('mvn', ['-B', '-ntp', '-q', ...goal], { cwd: making, timeoutMs: MAVEN_TIMEOUT_MS });
    await rm(kafkaDir(), { recursive: true, force: true });
    await rename(making, kafkaDir());
  } catch (cause) {
    await rm(making, { recursive: true, force: true });
    throw cause;
  }
}

async function formatTemplate(): Promise<void> {
  const making = await mkdtemp(`${kafkaTemplateDir()}.`);
  const propertiesFile = join(making, 'server.properties');
  const logDir = join(making, 'data');
  await writeFile(propertiesFile, kafkaProperties({ brokerPort: 9092, controllerPort: 9093 }, logDir));
  await runCommand('java', kafkaFormatArguments(propertiesFile, TEMPLATE_CLUSTER_ID), { timeoutMs: JAVA_TIMEOUT_MS });
  await rename(logDir, kafkaTemplateDir());
  await rm(making, { recursive: true, force: true });
}

/** A broker runs once and writes the classes that it loaded when it ends. */
async function archiveClasses(): Promise<void> {
  const making = await mkdtemp(`${kafkaDir()}/archive.`);
  const archive = join(making, 'libs.jsa');
  try {
    const [brokerPort = 0, controllerPort = 0] = await freePorts(2);
    const propertiesFile = join(making, 'server.properties');
    const logDir = join(making, 'data');
    await writeFile(propertiesFile, kafkaProperties({ brokerPort, controllerPort }, logDir));
    await runCommand('java', kafkaFormatArguments(propertiesFile, TEMPLATE_CLUSTER_ID), { timeoutMs: JAVA_TIMEOUT_MS });
    const args = [`-XX:ArchiveClassesAtExit=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
    const broker = spawnChild({
      name: 'kafka',
      command: 'java',
      args: [...args, ...kafkaServerArguments(propertiesFile)],
    });
    await broker.waitForLine(/Kafka Server started/, JAVA_TIMEOUT_MS);
    await broker.terminate(JAVA_TIMEOUT_MS);
    await rename(archive, kafkaClassArchive());
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
