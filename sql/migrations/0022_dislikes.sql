-- What a user dislikes is looked up with each batch: not among everything that is known of them.

create index facts_disliked on facts (user_id, bot_name, updated_at desc, fact_id)
    where state = 'active' and predicate = 'dislikes';
