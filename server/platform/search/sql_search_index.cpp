#include "platform/search/sql_search_index.hpp"

#include <algorithm>
#include <limits>

#include "base/lookup_words.hpp"

namespace reprise::search {

using database::Transaction;
using session::ChatId;
using session::RecordingId;

namespace {

/// The id of a sentence is the time at which it was said (ms since 1970), followed by a number that
/// distinguishes sentences of the same millisecond. So the newest hits are found in the order of
/// ids, without reading the others.
constexpr std::int64_t kIdsPerMs = 1 << 16;
/// Passages of messages have the upper half of the numbers, so that no id is both.
constexpr std::int64_t kPassagesFrom = kIdsPerMs / 2;

MessageHit message_of(const database::Row& row) {
  return {.message_id = row.text(0),
          .chat_id = ChatId(row.text(1)),
          .chat_title = row.text(2),
          .written_utc_ns = row.integer(3),
          .role = row.text(4),
          .passage = row.text(5)};
}

MomentHit moment_of(const database::Row& row) {
  return {.recording_id = RecordingId(row.text(0)),
          .chat_id = ChatId(row.text(1)),
          .chat_title = row.text(2),
          .recorded_utc_ns = row.integer(3),
          .sentence = {.speaker = row.text(4) == "person" ? recording::Speaker::Person
                                                          : recording::Speaker::Model,
                       .start_ns = row.integer(5),
                       .end_ns = row.integer(6),
                       .text = row.text(7)}};
}

/// A page goes through three lists, one after the other; what stands before the id in its key tells
/// in which of them it ends. Ids of chats have nothing before them, sentences have no id.
constexpr std::string_view kRecordingKey = "recording:";

enum class List : std::uint8_t { Chats, Recordings, Said };

List list_of(const PageWish& wish) {
  if (!wish.after) return List::Chats;
  if (wish.after->id.empty()) return List::Said;
  return wish.after->id.starts_with(kRecordingKey) ? List::Recordings : List::Chats;
}

/// Hits, and the key of each.
struct Found {
  std::vector<Hit> hits;
  std::vector<PageKey> keys;
};

/// Adds what was said and what was written, the newest first, until there are `count_max` hits.
void add_merged(Found& found, const std::vector<database::Row>& said,
                const std::vector<database::Row>& written, std::int64_t count_max) {
  constexpr std::size_t kSaidKey = 8;
  constexpr std::size_t kWrittenKey = 6;
  std::size_t at_said = 0;
  std::size_t at_written = 0;
  while (std::ssize(found.keys) < count_max) {
    const bool more_said = at_said < said.size();
    const bool more_written = at_written < written.size();
    if (!more_said && !more_written) return;
    const std::int64_t said_key = more_said ? said[at_said].integer(kSaidKey) : -1;
    const std::int64_t written_key = more_written ? written[at_written].integer(kWrittenKey) : -1;
    if (said_key > written_key) {
      found.hits.emplace_back(moment_of(said[at_said++]));
    } else {
      found.hits.emplace_back(message_of(written[at_written++]));
    }
    found.keys.push_back({.utc_ns = std::max(said_key, written_key), .id = {}});
  }
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (text::LookupWord& word : text::lookup_words(text)) words.push_back(std::move(word.folded));
  return words;
}

const char* speaker_text(recording::Speaker speaker) {
  return speaker == recording::Speaker::Person ? "person" : "model";
}

void SqlSearchIndex::put_said(Transaction& transaction, const RecordingId& id,
                              const std::vector<Sentence>& sentences) const {
  remove_said(transaction, id);
  const auto recording = transaction.first(
      "select created_utc_ns from recording where recording_id = $1 and state <> 'erased'",
      {id.value});
  if (!recording) return;
  for (const Sentence& sentence : sentences) {
    const std::int64_t base = (recording->integer(0) + sentence.start_ns) / 1'000'000 * kIdsPerMs;
    const auto last = transaction.first(
        "select max(search_id) from search_sentence where search_id >= $1 and search_id < $2",
        {base, base + kPassagesFrom});
    const std::int64_t key = last->maybe_integer(0).value_or(base - 1) + 1;
    // 32 768 sentences in one millisecond: not a real recording
    if (key == base + kPassagesFrom) continue;
    insert_sentence(transaction, {.search_id = key, .recording_id = id, .sentence = sentence});
  }
  transaction.run("insert into search_recording values ($1, $2)", {id.value, kWordsVersion});
}

void SqlSearchIndex::remove_said(Transaction& transaction, const RecordingId& id) const {
  remove_words(transaction, id);
  transaction.run("delete from search_sentence where recording_id = $1", {id.value});
  transaction.run("delete from search_recording where recording_id = $1", {id.value});
}

void SqlSearchIndex::sync_title(Transaction& transaction, const ChatId& id) const {
  // The title is nearly always the same: an update would add a segment to the index for nothing.
  const auto same = transaction.first(
      "select 1 from search_title t join chat c using (chat_id) where t.chat_id = $1 and c.title = "
      "t.title and c.untitled = 0",
      {id.value});
  if (same) return;
  remove_title_words(transaction, id);
  transaction.run("delete from search_title where chat_id = $1", {id.value});
  const auto row =
      transaction.first("select title from chat where chat_id = $1 and untitled = 0", {id.value});
  if (row) insert_title(transaction, id, row->text(0));
}

void SqlSearchIndex::sync_title(Transaction& transaction, const RecordingId& id) const {
  const auto same = transaction.first(
      "select 1 from search_recording_title t join recording r using (recording_id) where "
      "t.recording_id = $1 and r.title = t.title",
      {id.value});
  if (same) return;
  remove_title_words(transaction, id);
  transaction.run("delete from search_recording_title where recording_id = $1", {id.value});
  const auto row = transaction.first(
      "select title from recording where recording_id = $1 and title is not null", {id.value});
  if (row) insert_title(transaction, id, row->text(0));
}

std::int64_t SqlSearchIndex::sync_titles(Transaction& transaction) const {
  const auto recordings = transaction.run(
      "select r.recording_id from recording r left join search_recording_title t on "
      "t.recording_id = r.recording_id where t.title is distinct from r.title union select "
      "t.recording_id from search_recording_title t where not exists (select 1 from recording r "
      "where r.recording_id = t.recording_id) limit $1",
      {kTitlesAtOnce});
  for (const database::Row& row : recordings.rows) {
    sync_title(transaction, RecordingId(row.text(0)));
  }
  const auto rows = transaction.run(
      "select c.chat_id from chat c left join search_title t on t.chat_id = c.chat_id where "
      "(c.untitled = 0 and t.title is distinct from c.title) or (c.untitled = 1 and t.title is not "
      "null) union select t.chat_id from search_title t where not exists (select 1 from chat c "
      "where c.chat_id = t.chat_id) limit $1",
      {kTitlesAtOnce});
  for (const database::Row& row : rows.rows) sync_title(transaction, ChatId(row.text(0)));
  return std::max(std::ssize(rows.rows), std::ssize(recordings.rows));
}

void SqlSearchIndex::sync_message(Transaction& transaction, const std::string& message_id) const {
  transaction.run("delete from search_passage where message_id = $1", {message_id});
  transaction.run("delete from search_message where message_id = $1", {message_id});
  const auto message = transaction.first(
      "select created_utc_ns, text from message where message_id = $1 and kind = 'text' and state "
      "<> 'streaming'",
      {message_id});
  if (!message) return;
  const std::int64_t base = message->integer(0) / 1'000'000 * kIdsPerMs + kPassagesFrom;
  const std::int64_t end = base + kIdsPerMs - kPassagesFrom;
  std::int64_t key = last_passage(transaction, base, end).value_or(base - 1);
  for (const std::string& passage : passages_of(message->text(1))) {
    do {
      ++key;
    } while (key < end && !insert_passage(transaction, key, message_id, passage));
    if (key >= end) break;  // 32 768 passages in one millisecond: what is left is not found
  }
  transaction.run("insert into search_message values ($1, $2)", {message_id, kWordsVersion});
}

std::int64_t SqlSearchIndex::sync_messages(Transaction& transaction) const {
  const auto rows = transaction.run(
      "select m.message_id from message m where m.kind = 'text' and m.state <> 'streaming' and not "
      "exists (select 1 from search_message s where s.message_id = m.message_id and "
      "s.words_version = $1) limit $2",
      {kWordsVersion, kMessagesAtOnce});
  for (const database::Row& row : rows.rows) sync_message(transaction, row.text(0));
  return std::ssize(rows.rows);
}

std::vector<RecordingId> SqlSearchIndex::unfilled(Transaction& transaction,
                                                  const std::string& after,
                                                  std::int64_t count_max) const {
  const auto rows = transaction.run(
      "select v.recording_id from recording_view v where v.recording_id > $1 and not exists "
      "(select 1 from search_recording s where s.recording_id = v.recording_id and "
      "s.words_version = $2) order by v.recording_id limit $3",
      {after, kWordsVersion, count_max});
  std::vector<RecordingId> ids;
  ids.reserve(rows.rows.size());
  for (const database::Row& row : rows.rows) ids.emplace_back(row.text(0));
  return ids;
}

Page<Hit> SqlSearchIndex::find(Transaction& transaction, const access::UserId& owner,
                               const Query& query, const PageWish& wish) const {
  if (query.phrases.empty()) return {};
  const std::string expression = expression_of(query);
  // One more row than wanted tells whether there is a next page, and where it begins.
  const std::int64_t count_max = wish.limit + 1;
  Found found;
  const auto left = [&] { return count_max - std::ssize(found.keys); };
  const List from = list_of(wish);
  if (from == List::Chats) {
    const PageKey after = newest_first(wish);
    for (const database::Row& row :
         transaction.run(titles_sql(), {expression, after.utc_ns, after.id, left(), owner.value})
             .rows) {
      found.hits.push_back(ChatHit{.chat_id = ChatId(row.text(0)), .title = row.text(1)});
      found.keys.push_back({.utc_ns = row.integer(2), .id = row.text(0)});
    }
  }
  if (from != List::Said && left() > 0) {
    PageKey after = newest_first(from == List::Recordings ? wish : PageWish{});
    if (from == List::Recordings) after.id.erase(0, kRecordingKey.size());
    for (const database::Row& row :
         transaction
             .run(recording_titles_sql(), {expression, after.utc_ns, after.id, left(), owner.value})
             .rows) {
      found.hits.push_back(RecordingHit{.recording_id = RecordingId(row.text(0)),
                                        .chat_id = ChatId(row.text(1)),
                                        .chat_title = row.text(2),
                                        .recorded_utc_ns = row.integer(3),
                                        .title = row.text(4)});
      found.keys.push_back(
          {.utc_ns = row.integer(3), .id = std::string(kRecordingKey) + row.text(0)});
    }
  }
  if (left() > 0) {
    const std::int64_t before =
        from == List::Said ? wish.after->utc_ns : std::numeric_limits<std::int64_t>::max();
    const std::initializer_list<database::Value> values{expression, before, left(), owner.value};
    add_merged(found, transaction.run(said_sql(), values).rows,
               transaction.run(written_sql(), values).rows, count_max);
  }
  Page<Hit> page{.items = std::move(found.hits), .next = std::nullopt};
  if (std::ssize(found.keys) <= wish.limit) return page;
  page.items.pop_back();
  page.next = found.keys[static_cast<std::size_t>(wish.limit) - 1];
  return page;
}

}  // namespace reprise::search
