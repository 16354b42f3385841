-- Forget the budgets of days that are over; one day more is kept for replicas whose clocks are behind.
-- $1 today date
delete from budgets
 where day < $1::date - 1
