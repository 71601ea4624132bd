-- Every table that answers are computed from, and whose answers a changed row touches.

select freshet.watch('inventory.warehouse', type => 'Warehouse', keys => '{id}', lists => '{country}', tags => '{delivery}');
select freshet.watch('inventory.product', type => 'Product', keys => '{upc}', lists => '{}');
select freshet.watch('inventory.stock', type => 'Stock', keys => '{"warehouse.id=warehouse_id upc"}', lists => '{quantity}',
  also => '{"Product upc","Warehouse id=warehouse_id"}');
