-- Every table that answers are computed from, and whose answers a changed row touches.

select freshet.watch('catalog.brand', type => 'Brand', keys => '{id}', lists => '{name}');
-- A bundle costs what its products do: who reads a bundle's price declares the tag part-UPC of each,
-- who reads products similar to one the tag of its category.
select freshet.watch('catalog.product', type => 'Product', keys => '{upc,sku}',
  lists => '{name,price,created_at,brand_id,category,colors,labels}', also => '{"Brand id=brand_id"}', tags => '{"part-{upc}","similar-{category}"}');
select freshet.watch('catalog.variant', also => '{"Product upc"}');
select freshet.watch('catalog.price_point', also => '{"Product upc"}');
-- A row is an Image or a Video: both names are purged, whichever it is, and the interface's.
select freshet.watch('catalog.media', type => 'Media', keys => '{id}', also => '{"Image id","Video id","Product upc"}');
select freshet.watch('catalog.bundle', type => 'Bundle', keys => '{upc}', lists => '{name,created_at}');
select freshet.watch('catalog.bundle_item', also => '{"Bundle upc=bundle_upc"}');
