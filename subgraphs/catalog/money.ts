// Amounts in cents: sums and shares without the errors of binary fractions.

/** @param amount decimal text, as PostgreSQL gives `numeric(…, 2)` */
export function toCents(amount: string): number {
  return Math.round(Number(amount) * 100);
}

/** Rounded to whole cents. */
export function fromCents(cents: number): string {
  const whole = Math.round(cents);
  const digits = String(Math.abs(whole)).padStart(3, '0');
  return `${whole < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
