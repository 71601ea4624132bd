// The words that sample products, brands and bundles are made of: some from other scripts, some with quotes.

export const CATEGORIES = ['BOOK', 'GADGET', 'GARDEN', 'KITCHEN', 'MUSIC', 'TOY'] as const;
export const COLORS = ['BLACK', 'BLUE', 'GREEN', 'RED', 'WHITE', 'YELLOW'] as const;
export const ADJECTIVES = [
  ...[
    'Quiet',
    'Brave',
    'Little',
    'Golden',
    'Folding',
    'Electric',
    'Wooden',
    'Vintage',
    'Smart',
    'Solar',
    'Café',
    'Über',
  ],
  ...['Crème-brûlée', 'Nordic', 'Pocket', 'Giant', 'Recycled', 'Œuvre', 'Blue', 'Second-hand'],
] as const;
export const NOUNS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  BOOK: ['Atlas', 'Novel', 'Cookbook', 'Dictionary', '図鑑', 'Almanac'],
  GADGET: ['Lamp', 'Speaker', 'Drone', 'Charger', 'Thermometer', '19" Rack'],
  GARDEN: ['Trowel', 'Greenhouse', 'Hose', 'Planter', 'Gießkanne', 'Bench'],
  KITCHEN: ['Kettle', 'Knife', 'Wok', 'Grinder', 'Théière', 'Scale'],
  MUSIC: ['Violin', 'Ukulele', 'Metronome', 'Drum', 'Кларнет', 'Tuner'],
  TOY: ['Robot', 'Puzzle', 'Kite', 'Yo-yo', 'Плюшевый мишка', 'Train'],
};
export const LABELS = ['new', 'sale', 'eco', 'gift', 'bestseller', 'made in 日本'] as const;
export const SENTENCES = [
  'Made to last, and easy to mend.',
  'What people call "the good one".',
  'Weighs less than it looks; isn’t fragile.',
  'Ships in a box made of old boxes 📦.',
  'Instructions in 12 languages, among them العربية and ไทย.',
  'Path on the disk: C:\\catalog\\new.',
  'First line.\nSecond line.',
  'Use <b>no</b> markup & no entities.',
] as const;
export const SIZES = ['S', 'M', 'L', 'XL', 'One size'] as const;
export const BRAND_WORDS = [
  'Acme',
  'Bluebird',
  'Café Noir',
  'Dōmo',
  'Élan',
  'Fjord',
  'Größe',
  'Hobbit & Sons',
  'Ibis',
  'Jäger',
] as const;
export const BRAND_ENDS = ['Works', 'GmbH', 'Ltd.', 'Co.', '株式会社', 'Brothers'] as const;
export const COUNTRIES = ['DE', 'FR', 'JP', 'NZ', 'PL', 'US'] as const;
