// The index in SQLite's FTS5. Its tokenizer `ascii` takes our words between spaces as they are.

#include <fmt/format.h>

#include "platform/search/sql_search_index.hpp"

namespace reprise::search {
namespace {

using database::Transaction;
using session::ChatId;
using session::RecordingId;

/// Leaf pages of the index (4 KB each) that one slice of a purge writes: some milliseconds.
constexpr std::int64_t kPurgePages = 100;

class SqliteSearchIndex final : public SqlSearchIndex {
 public:
  Task<bool> purge(database::Database& database, Deadline deadline) const override {
    co_await remove_passage_words(database, deadline);
    bool merged = true;
    for (const char* table : {"search_title_word", "search_recording_title_word",
                              "search_sentence_word", kPassageWords}) {
      merged = co_await merge(database, table, deadline) && merged;
    }
    if (merged) co_await forget_removed(database, deadline);
    co_return merged;
  }
  Task<bool> purge_messages(database::Database& database, Deadline deadline) const override {
    if (!co_await remove_passage_words(database, deadline)) co_return true;
    if (!co_await merge(database, kPassageWords, deadline)) co_return false;
    co_await forget_removed(database, deadline);
    co_return co_await database.scrub(deadline);  // the log holds the words, too
  }

 protected:
  /// Also of those that are gone and whose words are not: their ids are not free yet.
  std::optional<std::int64_t> last_passage(Transaction& transaction, std::int64_t from,
                                           std::int64_t end) const override {
    return transaction
        .first(
            "select max(search_id) from (select max(search_id) as search_id from search_passage "
            "where search_id >= $1 and search_id < $2 union all select max(search_id) from "
            "search_removed where search_id >= $1 and search_id < $2)",
            {from, end})
        ->maybe_integer(0);
  }
  bool insert_passage(Transaction& transaction, std::int64_t search_id,
                      const std::string& message_id, const std::string& text) const override {
    transaction.run("insert into search_passage values ($1, $2, $3)",
                    {search_id, message_id, text});
    transaction.run("insert into search_passage_word (rowid, words) values ($1, $2)",
                    {search_id, fmt::format("{}", fmt::join(words_of(text), " "))});
    return true;
  }
  void insert_sentence(Transaction& transaction, const Row& row) const override {
    const Sentence& sentence = row.sentence;
    transaction.run("insert into search_sentence values ($1, $2, $3, $4, $5, $6)",
                    {row.search_id, row.recording_id.value, speaker_text(sentence.speaker),
                     sentence.start_ns, sentence.end_ns, sentence.text});
    transaction.run("insert into search_sentence_word (rowid, words) values ($1, $2)",
                    {row.search_id, fmt::format("{}", fmt::join(words_of(sentence.text), " "))});
  }
  void insert_title(Transaction& transaction, const ChatId& id,
                    const std::string& title) const override {
    const auto row = transaction.first(
        "insert into search_title (chat_id, title) values ($1, $2) returning search_id",
        {id.value, title});
    transaction.run("insert into search_title_word (rowid, words) values ($1, $2)",
                    {row->integer(0), fmt::format("{}", fmt::join(words_of(title), " "))});
  }
  void remove_words(Transaction& transaction, const RecordingId& id) const override {
    transaction.run(
        "delete from search_sentence_word where rowid in (select search_id from search_sentence "
        "where recording_id = $1)",
        {id.value});
  }
  void insert_title(Transaction& transaction, const RecordingId& id,
                    const std::string& title) const override {
    const auto row = transaction.first(
        "insert into search_recording_title (recording_id, title) values ($1, $2) returning "
        "search_id",
        {id.value, title});
    transaction.run("insert into search_recording_title_word (rowid, words) values ($1, $2)",
                    {row->integer(0), fmt::format("{}", fmt::join(words_of(title), " "))});
  }
  void remove_title_words(Transaction& transaction, const RecordingId& id) const override {
    transaction.run(
        "delete from search_recording_title_word where rowid = (select search_id from "
        "search_recording_title where recording_id = $1)",
        {id.value});
  }
  void remove_title_words(Transaction& transaction, const ChatId& id) const override {
    transaction.run(
        "delete from search_title_word where rowid = (select search_id from search_title where "
        "chat_id = $1)",
        {id.value});
  }
  /// Strings with `*`, joined by AND. All words are in quotes, which they cannot contain.
  std::string expression_of(const Query& query) const override {
    std::string expression;
    for (const Phrase& phrase : query.phrases) {
      if (!expression.empty()) expression += " AND ";
      expression +=
          fmt::format("\"{}\"{}", fmt::join(phrase.words, " "), phrase.open_ended ? " *" : "");
    }
    return expression;
  }
  std::string_view titles_sql() const override {
    return "select c.chat_id, c.title, c.last_used_utc_ns from search_title_word w join "
           "search_title t on t.search_id = w.rowid join chat c on c.chat_id = t.chat_id where "
           "search_title_word match $1 and c.owner_id = $5 and (c.last_used_utc_ns, c.chat_id) < "
           "($2, $3) order by "
           "c.last_used_utc_ns desc, c.chat_id desc limit $4";
  }
  std::string_view recording_titles_sql() const override {
    return "select r.recording_id, r.chat_id, coalesce(c.title, ''), r.created_utc_ns, t.title "
           "from search_recording_title_word w join search_recording_title t on t.search_id = "
           "w.rowid join recording r on r.recording_id = t.recording_id left join chat c on "
           "c.chat_id = r.chat_id where search_recording_title_word match $1 and "
           "r.owner_id = $5 and (r.created_utc_ns, r.recording_id) < ($2, $3) order by "
           "r.created_utc_ns desc, "
           "r.recording_id desc limit $4";
  }
  /// `cross join` keeps the order of the tables: the index is read from its end, and no further
  /// than the page needs.
  std::string_view said_sql() const override {
    return "select s.recording_id, r.chat_id, coalesce(c.title, ''), r.created_utc_ns, s.speaker, "
           "s.start_ns, s.end_ns, s.text, s.search_id from search_sentence_word w cross join "
           "search_sentence s on s.search_id = w.rowid join recording r on r.recording_id = "
           "s.recording_id left join chat c on c.chat_id = r.chat_id where search_sentence_word "
           "match $1 and w.rowid < $2 and r.owner_id = $4 order by w.rowid desc limit $3";
  }
  std::string_view written_sql() const override {
    return "select p.message_id, m.chat_id, coalesce(c.title, ''), m.created_utc_ns, m.role, "
           "p.text, p.search_id from search_passage_word w cross join search_passage p on "
           "p.search_id = w.rowid join message m on m.message_id = p.message_id left join chat c "
           "on c.chat_id = m.chat_id where search_passage_word match $1 and w.rowid < $2 and "
           "m.owner_id = $4 order by w.rowid desc limit $3";
  }

 private:
  static constexpr const char* kPassageWords = "search_passage_word";

  /// False: no passage was removed since the files were cleaned.
  static Task<bool> remove_passage_words(database::Database& database, Deadline deadline) {
    const bool removed = co_await database.read(deadline, [](Transaction& transaction) {
      return transaction.first("select 1 from search_removed limit 1").has_value();
    });
    if (!removed) co_return false;
    co_await database.write(deadline, [](Transaction& transaction) {
      transaction.run(
          "delete from search_passage_word where rowid in (select search_id from search_removed "
          "where removed = 0)");
      transaction.run("update search_removed set removed = 1");
    });
    co_return true;
  }
  static Task<void> forget_removed(database::Database& database, Deadline deadline) {
    co_await database.write_freeing(deadline, [](Transaction& transaction) {
      transaction.run("delete from search_removed where removed = 1");
    });
  }
  /// Deleted words stay in FTS5's segments until these are merged into one (FTS5's option
  /// `secure-delete` is newer than Debian's SQLite 3.40). The first step takes all segments
  /// together, the next steps continue it (sqlite.org/fts5.html, "The 'merge' Command").
  static Task<bool> merge(database::Database& database, std::string table, Deadline deadline) {
    const std::string segments = fmt::format("select count(distinct segid) from {}_idx", table);
    const std::string step = fmt::format("insert into {0} ({0}, rank) values ('merge', $1)", table);
    for (std::int64_t pages = -kPurgePages;; pages = kPurgePages) {
      const bool merged = co_await database.write_freeing(deadline, [&](Transaction& transaction) {
        if (transaction.first(segments)->integer(0) <= 1) return true;
        transaction.run(step, {pages});
        return transaction.first(segments)->integer(0) <= 1;
      });
      if (merged) co_return true;
      if (deadline.passed()) co_return false;
    }
  }
};

}  // namespace

const SearchIndex& sqlite_search_index() {
  static const SqliteSearchIndex kIndex;
  return kIndex;
}

}  // namespace reprise::search
