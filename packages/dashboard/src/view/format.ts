import type { Unit } from '../snapshot/card.js';

/** A number as people read it: at most three or four digits, with its unit. */
export function format(value: number, unit: Unit): string {
  switch (unit) {
    case 'count':
      return short(value);
    case 'rate':
      return `${short(value)}/s`;
    case 'ratio':
      return percent(value);
    case 'ms':
      return duration(value);
    case 'bytes':
      return bytes(value);
  }
}

function percent(value: number): string {
  const share = value * 100;
  if (share === 0 || share >= 99.95) return `${Math.round(share)} %`;
  return `${share < 0.1 ? '<0.1' : share.toFixed(1)} %`;
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 999.5e6) return `${digits(value / 1e9)} G`;
  if (size >= 999_500) return `${digits(value / 1e6)} M`;
  if (size >= 9_999.5) return `${digits(value / 1e3)} k`;
  if (size < 999.5) return digits(value);
  const whole = Math.round(size);
  return `${value < 0 ? '-' : ''}${Math.floor(whole / 1e3)} ${String(whole % 1e3).padStart(3, '0')}`;
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95 || Number.isInteger(value)) return String(Math.round(value));
  return size >= 9.995 ? value.toFixed(1) : size >= 0.005 ? value.toFixed(2).replace(/0$/, '') : '0';
}

function duration(ms: number): string {
  if (ms === 0) return '0 ms';
  // Where the next smaller unit would be rounded up to a whole one of the next.
  if (ms < 0.9995) return `${Math.round(ms * 1_000)} µs`;
  if (ms < 999.5) return `${digits(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 59.95) return `${digits(seconds)} s`;
  const minutes = Math.max(1, Math.floor(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1_024;
    unit++;
  }
  return `${digits(size)} ${units[unit]}`;
}
