import type { Database } from '../database.js';

/** Raised whenever tables, columns or the searched form of names change: an older file is then imported anew. */
export const SCHEMA_VERSION = 1;

/** The statements that make the tables, that of finished imports first. The dialects differ in the collation only. */
export function schema(dialect: Database['dialect']): [string, ...string[]] {
  // Prefix ranges and keyset order need plain byte order, which is SQLite's default.
  const bytes = dialect === 'postgres' ? 'TEXT COLLATE "C"' : 'TEXT';
  const float = 'DOUBLE PRECISION';
  return [
    `CREATE TABLE IF NOT EXISTS imports (version INTEGER PRIMARY KEY, cities INTEGER NOT NULL)`,
    `CREATE TABLE IF NOT EXISTS trips (
       id TEXT PRIMARY KEY, cities TEXT NOT NULL, distance_km ${float} NOT NULL, created_at TEXT NOT NULL)`,
    `DROP TABLE IF EXISTS cities`,
    `CREATE TABLE cities (
       id INTEGER PRIMARY KEY, name TEXT NOT NULL, search_name ${bytes} NOT NULL, country ${bytes} NOT NULL,
       population INTEGER NOT NULL, latitude ${float} NOT NULL, longitude ${float} NOT NULL)`,
  ];
}

/** Made after the rows are in, which is several times faster. */
export const INDEXES = [
  'CREATE INDEX cities_by_name ON cities (search_name, population)',
  'CREATE INDEX cities_by_population ON cities (population DESC, id)',
  'CREATE INDEX cities_by_country ON cities (country, population DESC, id)',
  'CREATE INDEX cities_by_place ON cities (latitude, longitude)',
];
