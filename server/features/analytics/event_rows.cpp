#include "features/analytics/event_rows.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <map>
#include <set>
#include <unordered_map>

#include "base/clock.hpp"

namespace reprise::analytics {
namespace json = boost::json;

using access::UserId;
using database::Row;
using database::Rows;
using database::Statement;
using database::Transaction;

namespace {

using Events = std::vector<const Numbered*>;

void refuse(Logged& logged, std::size_t index, std::string problem) {
  logged.refused.push_back({.index = index, .problem = std::move(problem)});
}

/// Ids of one's own live sessions among those that the events name.
std::set<std::string> own_sessions(Transaction& transaction, const UserId& owner,
                                   const Batch& batch) {
  std::set<std::string> named;
  for (const Numbered& one : batch.events) {
    if (one.event.live_session_id) named.insert(*one.event.live_session_id);
  }
  std::set<std::string> own;
  for (const std::string& id : named) {
    if (transaction.first("select 1 from live_session where live_session_id = $1 and owner_id = $2",
                          {id, owner.value})) {
      own.insert(id);
    }
  }
  return own;
}

/// Events of one request that are not in it twice and name nothing foreign.
Events fit_events(Transaction& transaction, const UserId& owner, const Batch& batch,
                  Logged& logged) {
  const std::set<std::string> own = own_sessions(transaction, owner, batch);
  std::unordered_map<std::string_view, std::int64_t> seen;
  Events fit;
  fit.reserve(batch.events.size());
  for (const Numbered& one : batch.events) {
    const Event& event = one.event;
    if (event.live_session_id && !own.contains(*event.live_session_id)) {
      refuse(logged, one.index, "`live_session_id` is no live session of yours.");
      continue;
    }
    const auto [before, is_new] = seen.emplace(event.id, event.content_hash);
    if (is_new) {
      fit.push_back(&one);
    } else if (before->second == event.content_hash) {
      ++logged.duplicates;
    } else {
      refuse(logged, one.index, "`id` is that of another event.");
    }
  }
  return fit;
}

/// The last of `count` numbers that are this transaction's now. Others of the same person wait for
/// its end, so numbers become visible in their order.
std::int64_t take_numbers(Transaction& transaction, const UserId& owner, std::size_t count) {
  const auto row = transaction.first(
      "insert into interaction_counter (owner_id, last_number) values ($1, $2) on conflict "
      "(owner_id) do update set last_number = interaction_counter.last_number + $2 returning "
      "last_number",
      {owner.value, static_cast<std::int64_t>(count)});
  return row->integer(0);
}

void judge_known(Transaction& transaction, const UserId& owner, const Numbered& one,
                 Logged& logged) {
  const auto row = transaction.first(
      "select content_hash from interaction_id where owner_id = $1 and event_id = $2",
      {owner.value, one.event.id});
  if (row && row->integer(0) == one.event.content_hash) {
    ++logged.duplicates;
  } else {
    refuse(logged, one.index, "`id` is that of another event.");
  }
}

/// Takes the ids of events; those whose ids are taken already are judged and left out.
Events new_events(Transaction& transaction, const UserId& owner, const Events& events,
                  Logged& logged) {
  std::vector<Statement> statements;
  statements.reserve(events.size());
  for (const Numbered* one : events) {
    statements.push_back(
        {.sql = "insert into interaction_id (owner_id, event_id, content_hash) values ($1, $2, $3) "
                "on conflict do nothing",
         .values = {owner.value, one->event.id, one->event.content_hash}});
  }
  const std::vector<Rows> outcomes = transaction.run_all(statements);
  Events fresh;
  fresh.reserve(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (outcomes[i].changed == 1) {
      fresh.push_back(events[i]);
    } else {
      judge_known(transaction, owner, *events[i], logged);
    }
  }
  return fresh;
}

void insert_events(Transaction& transaction, const UserId& owner, const Events& events,
                   std::int64_t number) {
  std::vector<Statement> statements;
  statements.reserve(events.size() * 2);
  std::map<std::pair<std::int64_t, std::string_view>, std::int64_t> hours;
  for (const Numbered* one : events) {
    const Event& event = one->event;
    statements.push_back(
        {.sql = "insert into interaction_event (owner_id, number, at_utc_ns, event_id, kind, "
                "live_session_id, data) values ($1, $2, $3, $4, $5, $6, $7)",
         .values = {owner.value, number++, event.at_utc_ns, event.id, event.kind,
                    event.live_session_id, event.data}});
    ++hours[{hour_of(event.at_utc_ns), event.kind}];
  }
  for (const auto& [hour, count] : hours) {
    statements.push_back(
        {.sql = "insert into interaction_hour (owner_id, hour_utc_ns, kind, event_count) values "
                "($1, $2, $3, $4) on conflict (owner_id, hour_utc_ns, kind) do update set "
                "event_count = interaction_hour.event_count + $4",
         .values = {owner.value, hour.first, hour.second, count}});
  }
  transaction.run_all(statements);
}

}  // namespace

Logged add_events(Transaction& transaction, const UserId& owner, const Batch& batch) {
  Logged logged{.refused = batch.refused};
  const Events fit = fit_events(transaction, owner, batch, logged);
  if (!fit.empty()) {
    const std::int64_t last = take_numbers(transaction, owner, fit.size());
    const Events fresh = new_events(transaction, owner, fit, logged);
    logged.accepted = std::ssize(fresh);
    if (!fresh.empty()) {
      insert_events(transaction, owner, fresh, last - std::ssize(fit) + 1);
    }
  }
  std::ranges::sort(logged.refused, {}, &Refused::index);
  return logged;
}

Stored stored_of(const Row& row) {
  return {.number = row.integer(0),
          .event = {.id = row.text(2),
                    .kind = row.text(3),
                    .at_utc_ns = row.integer(1),
                    .live_session_id = row.maybe_text(4),
                    .data = row.text(5)}};
}

json::object to_api(const Event& event) {
  return {{"id", event.id},
          {"kind", event.kind},
          {"at", rfc3339(event.at_utc_ns)},
          {"live_session_id",
           event.live_session_id ? json::value(*event.live_session_id) : json::value(nullptr)},
          {"data", json::parse(event.data)}};
}

}  // namespace reprise::analytics
