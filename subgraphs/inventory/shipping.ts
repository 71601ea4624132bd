// What sending a product costs and takes, from its price, weight and size.

export interface ShippedProduct {
  /** Decimal text; null: on request. */
  readonly price: string | null;
  /** Kilograms; null: not known. */
  readonly weight: number | null;
}

export interface Size {
  readonly length: number;
  readonly width: number;
  readonly height: number;
}

// From this price on sending is free.
const FREE_FROM = 50;
const BASE_COST_CENTS = 390;
const COST_PER_KILOGRAM_CENTS = 110;
const EXPRESS_FACTOR = 2;
const LETTER_BELOW_KG = 0.5;
const PARCEL_BELOW_KG = 20;
const PADDING_CM = 4;
const USUAL_HANDLING_DAYS = 2;

/** Decimal text; null while the price or the weight is not known. */
export function shippingCost({ price, weight }: ShippedProduct, speed: 'standard' | 'express'): string | null {
  if (price === null || weight === null) return null;
  if (speed === 'standard' && Number(price) >= FREE_FROM) return '0.00';
  const cents = BASE_COST_CENTS + COST_PER_KILOGRAM_CENTS * Math.ceil(weight);
  return ((speed === 'express' ? cents * EXPRESS_FACTOR : cents) / 100).toFixed(2);
}

export function shippingClass(weight: number | null): 'LETTER' | 'PARCEL' | 'HEAVY' {
  if (weight === null || weight >= PARCEL_BELOW_KG) return 'HEAVY';
  return weight < LETTER_BELOW_KG ? 'LETTER' : 'PARCEL';
}

/** Litres with padding on all sides, two decimals. */
export function parcelVolume({ length, width, height }: Size): number {
  return Math.round((length + PADDING_CM) * (width + PADDING_CM) * (height + PADDING_CM)) / 1_000;
}

/** @param handlingDays null: nobody knows, the usual time counts. @param distance `near`: within one country */
export function deliveryDays(
  handlingDays: number | null,
  distance: 'near' | 'far',
  speed: 'standard' | 'express',
): number {
  const travelDays = distance === 'near' ? 2 : 5;
  return (handlingDays ?? USUAL_HANDLING_DAYS) + (speed === 'express' ? Math.ceil(travelDays / 2) : travelDays);
}
