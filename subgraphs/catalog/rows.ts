// What the catalog's tables give: the shape of their rows and the columns that make it.

export interface ProductRow {
  readonly upc: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string | null;
  readonly price: string | null;
  readonly weight: number | null;
  readonly lengthCm: number | null;
  readonly widthCm: number | null;
  readonly heightCm: number | null;
  readonly category: string;
  readonly colors: readonly string[] | null;
  readonly labels: readonly string[];
  readonly taxCode: string | null;
  readonly releasedOn: string | null;
  readonly createdAt: Date;
  readonly brandId: string | null;
}

export const PRODUCT_COLUMNS = `product.upc, product.sku, product.name, product.description, product.price,
  product.weight_kg as weight, product.length_cm as "lengthCm", product.width_cm as "widthCm", product.height_cm as "heightCm",
  product.category, product.colors, product.labels, product.tax_code as "taxCode", product.released_on as "releasedOn",
  product.created_at as "createdAt", product.brand_id::text as "brandId", 'Product' as "__typename"`;

export interface BundleRow {
  readonly upc: string;
  readonly name: string;
  readonly discountPercent: number;
  readonly createdAt: Date;
}

export const BUNDLE_COLUMNS = `bundle.upc, bundle.name, bundle.discount_percent as "discountPercent",
  bundle.created_at as "createdAt", 'Bundle' as "__typename"`;

export interface BrandRow {
  readonly id: string;
  readonly name: string;
  readonly country: string | null;
  readonly founded: number | null;
  readonly website: string | null;
}

export const BRAND_COLUMNS = `brand.id::text, brand.name, brand.country, brand.founded, brand.website, 'Brand' as "__typename"`;

export interface MediaRow {
  readonly id: string;
  readonly upc: string;
  readonly url: string;
  readonly alt: string | null;
  readonly seconds: number | null;
}

export const MEDIA_COLUMNS = `media.id::text, media.upc, media.url, media.alt, media.seconds,
  case media.kind when 'IMAGE' then 'Image' else 'Video' end as "__typename"`;

export interface VariantRow {
  readonly id: string;
  readonly upc: string;
  readonly size: string;
  readonly surcharge: string | null;
}

export interface PricePointRow {
  readonly price: string | null;
  readonly changedAt: Date;
}

/** Names an entity of another table. */
export interface FoundRow {
  readonly kind: 'Product' | 'Bundle' | 'Brand';
  readonly key: string;
}
