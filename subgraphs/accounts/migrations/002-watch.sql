-- Every table that answers are computed from, and whose answers a changed row touches.

select freshet.watch('accounts.person', type => 'User', keys => '{id}', lists => '{joined_at,username,tier,interests,country}');
-- A person's count and list of followers; the followers themselves stay as they are.
select freshet.watch('accounts.follow', also => '{"User id=followee_id"}');
select freshet.watch('accounts.wish', also => '{"User id=person_id"}');
select freshet.watch('accounts.cart_item', also => '{"User id=person_id"}');
