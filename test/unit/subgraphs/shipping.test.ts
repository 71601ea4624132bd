// What sending costs and takes.
import { expect, it } from 'vitest';
import { deliveryDays, parcelVolume, shippingClass, shippingCost } from '../../../subgraphs/inventory/shipping.ts';

it.each([
  [{ price: '10.00', weight: 0.2 }, 'standard', '5.00'],
  [{ price: '10.00', weight: 2.1 }, 'standard', '7.20'],
  [{ price: '49.99', weight: 1 }, 'standard', '5.00'],
  [{ price: '50.00', weight: 1 }, 'standard', '0.00'],
  [{ price: '50.00', weight: 1 }, 'express', '10.00'],
  [{ price: null, weight: 1 }, 'standard', null],
  [{ price: '1.00', weight: null }, 'express', null],
] as const)('sending %o at %s speed costs %s', (product, speed, cost) => {
  expect(shippingCost(product, speed)).toBe(cost);
});

it('what nobody has weighed counts as heavy', () => {
  expect([0.49, 0.5, 19.9, 20, null].map(shippingClass)).toEqual(['LETTER', 'PARCEL', 'PARCEL', 'HEAVY', 'HEAVY']);
});

it('a parcel has padding on all sides', () => {
  expect(parcelVolume({ length: 6, width: 6, height: 6 })).toBe(1);
});

it('days are those of handling and of travel', () => {
  expect([
    deliveryDays(null, 'near', 'standard'),
    deliveryDays(0, 'far', 'standard'),
    deliveryDays(3, 'far', 'express'),
  ]).toEqual([4, 5, 6]);
});
