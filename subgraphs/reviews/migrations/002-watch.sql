-- Every table that answers are computed from, and whose answers a changed row touches.

select freshet.watch('reviews.review', type => 'Review', keys => '{id}',
  lists => '{created_at,rating,helpful_count,upc,author_id,language,verified}', also => '{"Product upc","User id=author_id"}');
select freshet.watch('reviews.media_like', also => '{"Media id=media_id"}', tags => '{likes}');
