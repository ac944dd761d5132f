"""Clock, ids, money, paging and errors: the ground floor, which imports nothing of ours."""
