#include "platform/audit/audit_log.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"

namespace reprise::audit {

using database::Row;
using database::Transaction;

namespace {

/// One short transaction; the next call goes on.
constexpr std::int64_t kSealedAtOnce = 500;
constexpr std::int64_t kFollowedAtOnce = 2'000;

constexpr const char* kOpenEntries =
    "select audit_entry_id, at_utc_ns, actor_id, event, object_kind, object_id, request_id, "
    "address, detail from audit_entry where seq is null order by at_utc_ns, audit_entry_id limit "
    "$1";
constexpr const char* kSealedEntries =
    "select audit_entry_id, at_utc_ns, actor_id, event, object_kind, object_id, request_id, "
    "address, detail, seq, hash_hex from audit_entry where seq > $1 order by seq limit $2";

Entry entry_of(const Row& row) {
  return {.id = row.text(0),
          .at_utc_ns = row.integer(1),
          .actor = row.text(2),
          .event = row.text(3),
          .object_kind = row.text(4),
          .object_id = row.text(5),
          .request_id = row.text(6),
          .address = row.text(7),
          .detail = row.text(8)};
}

/// Of an entry with the columns seq and hash_hex behind.
Entry placed_entry_of(const Row& row) {
  Entry entry = entry_of(row);
  if (const auto seq = row.maybe_integer(9)) {
    entry.place = Head{.seq = *seq, .hash_hex = row.text(10)};
  }
  return entry;
}

Head last_head(Transaction& transaction) {
  const auto row = transaction.first(
      "select seq, hash_hex from audit_entry where seq is not null order by seq desc limit 1");
  return row ? Head{.seq = row->integer(0), .hash_hex = row->text(1)} : Head{};
}

std::vector<Entry> open_entries(Transaction& transaction, std::int64_t limit) {
  const auto answer = transaction.run(kOpenEntries, {limit});
  std::vector<Entry> found;
  found.reserve(answer.rows.size());
  for (const Row& row : answer.rows) found.push_back(entry_of(row));
  return found;
}

bool did_before(Transaction& transaction, const Doer& doer, const Deed& deed,
                std::int64_t since_utc_ns) {
  return transaction
      .first(
          "select 1 from audit_entry where object_id = $1 and at_utc_ns >= $2 and actor_id = $3 "
          "and event = $4 limit 1",
          {deed.object_id, since_utc_ns, doer.user_id, enum_text(deed.event)})
      .has_value();
}

}  // namespace

void AuditLog::add(Transaction& transaction, const Doer& doer, const Deed& deed) const {
  transaction.run(
      "insert into audit_entry (audit_entry_id, at_utc_ns, actor_id, event, object_kind, "
      "object_id, request_id, address, detail) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {new_uuid7(), now_(), doer.user_id, enum_text(deed.event), enum_text(deed.kind),
       deed.object_id, doer.request_id, doer.address, deed.detail});
}

Task<void> AuditLog::add(Doer doer, Deed deed, Deadline deadline) {
  co_await database_.write(deadline,
                           [&](Transaction& transaction) { add(transaction, doer, deed); });
}

Task<void> AuditLog::add_once(Doer doer, Deed deed, std::int64_t quiet_ns, Deadline deadline) {
  const std::int64_t since = now_() - quiet_ns;
  // Mostly it was noted before, and then nobody has to wait for a write.
  const bool noted = co_await database_.read(deadline, [&](Transaction& transaction) {
    return did_before(transaction, doer, deed, since);
  });
  if (noted) co_return;
  co_await database_.write(deadline, [&](Transaction& transaction) {
    if (!did_before(transaction, doer, deed, since)) add(transaction, doer, deed);
  });
}

Task<std::int64_t> AuditLog::seal(Deadline deadline) {
  const bool any = co_await database_.read(
      deadline, [](Transaction& transaction) { return !open_entries(transaction, 1).empty(); });
  if (!any) co_return 0;
  co_return co_await database_.write(deadline, [](Transaction& transaction) {
    Head head = last_head(transaction);
    std::int64_t placed = 0;
    for (const Entry& entry : open_entries(transaction, kSealedAtOnce)) {
      head = after(head, entry);
      transaction.run("update audit_entry set seq = $2, hash_hex = $3 where audit_entry_id = $1",
                      {entry.id, head.seq, head.hash_hex});
      ++placed;
    }
    return placed;
  });
}

Task<Page<Entry>> AuditLog::list(Wanted wanted, PageWish wish, Deadline deadline) {
  const PageKey after_key = newest_first(wish);
  const std::int64_t rows_max = wish.limit + 1;
  auto found = co_await database_.read(deadline, [&](Transaction& transaction) {
    std::string sql =
        "select audit_entry_id, at_utc_ns, actor_id, event, object_kind, object_id, request_id, "
        "address, detail, seq, hash_hex from audit_entry where (at_utc_ns, audit_entry_id) < ($1, "
        "$2)";
    std::vector<database::Value> values = {after_key.utc_ns, after_key.id, rows_max};
    if (wanted.object_id) {
      values.emplace_back(*wanted.object_id);
      values.emplace_back(hidden_id(*wanted.object_id));
      sql += fmt::format(" and object_id in (${}, ${})", values.size() - 1, values.size());
    }
    const auto narrow = [&](std::string_view condition, const auto& value) {
      if (!value) return;
      values.emplace_back(*value);
      sql += fmt::format(" and {} ${}", condition, values.size());
    };
    narrow("actor_id =", wanted.actor);
    narrow("event =", wanted.event);
    narrow("at_utc_ns >=", wanted.from_utc_ns);
    narrow("at_utc_ns <", wanted.before_utc_ns);
    sql += " order by at_utc_ns desc, audit_entry_id desc limit $3";
    const auto answer = transaction.run(sql, std::span<const database::Value>(values));
    std::vector<Entry> entries;
    entries.reserve(answer.rows.size());
    for (const Row& row : answer.rows) entries.push_back(placed_entry_of(row));
    return entries;
  });
  co_return page_of(std::move(found), wish, [](const Entry& entry) {
    return PageKey{.utc_ns = entry.at_utc_ns, .id = entry.id};
  });
}

Task<Verdict> AuditLog::verify(std::optional<Head> known) {
  Check check(std::move(known));
  Verdict verdict;
  for (;;) {
    const std::int64_t seen = check.head().seq;
    const auto rows =
        co_await database_.read(database::usual_deadline(), [&](Transaction& transaction) {
          return transaction.run(kSealedEntries, {seen, kFollowedAtOnce});
        });
    for (const Row& row : rows.rows) {
      verdict.broken = check.follow(
          {.head = {.seq = row.integer(9), .hash_hex = row.text(10)}, .entry = entry_of(row)});
      if (verdict.broken) break;
    }
    if (verdict.broken || rows.rows.empty()) break;
  }
  verdict.head = check.head();
  if (!verdict.broken) verdict.broken = check.end();
  verdict.open = co_await database_.read(database::usual_deadline(), [](Transaction& transaction) {
    return transaction.first("select count(*) from audit_entry where seq is null")->integer(0);
  });
  co_return verdict;
}

}  // namespace reprise::audit
