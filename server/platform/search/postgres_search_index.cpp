// The index in PostgreSQL's full text search. Our words are its lexemes; its parsers and
// dictionaries are not used (postgresql.org/docs/15/datatype-textsearch.html).

#include <fmt/format.h>

#include "platform/search/sql_search_index.hpp"

namespace reprise::search {
namespace {

using database::Transaction;
using session::ChatId;
using session::RecordingId;

/// The text as `'word':1 'next':2`. Our words contain no quotes.
std::string vector_of(std::string_view text) {
  std::string vector;
  std::size_t place = 0;
  for (const std::string& word : words_of(text)) {
    vector += fmt::format("'{}':{} ", word, ++place);
  }
  return vector;
}

class PostgresSearchIndex final : public SqlSearchIndex {
 public:
  /// PostgreSQL itself removes what deleted rows leave behind (docs/adr/2026-11-28-postgres.md).
  Task<bool> purge(database::Database&, Deadline) const override { co_return true; }
  Task<bool> purge_messages(database::Database&, Deadline) const override { co_return true; }

 protected:
  std::optional<std::int64_t> last_passage(Transaction& transaction, std::int64_t from,
                                           std::int64_t end) const override {
    return transaction
        .first("select max(search_id) from search_passage where search_id >= $1 and search_id < $2",
               {from, end})
        ->maybe_integer(0);
  }
  bool insert_passage(Transaction& transaction, std::int64_t search_id,
                      const std::string& message_id, const std::string& text) const override {
    const auto inserted = transaction.run(
        "insert into search_passage values ($1, $2, $3, $4::tsvector) on conflict (search_id) do "
        "nothing",
        {search_id, message_id, text, vector_of(text)});
    return inserted.changed > 0;
  }
  void insert_sentence(Transaction& transaction, const Row& row) const override {
    const Sentence& sentence = row.sentence;
    transaction.run("insert into search_sentence values ($1, $2, $3, $4, $5, $6, $7::tsvector)",
                    {row.search_id, row.recording_id.value, speaker_text(sentence.speaker),
                     sentence.start_ns, sentence.end_ns, sentence.text, vector_of(sentence.text)});
  }
  void insert_title(Transaction& transaction, const ChatId& id,
                    const std::string& title) const override {
    transaction.run("insert into search_title values ($1, $2, $3::tsvector)",
                    {id.value, title, vector_of(title)});
  }
  void insert_title(Transaction& transaction, const RecordingId& id,
                    const std::string& title) const override {
    transaction.run("insert into search_recording_title values ($1, $2, $3::tsvector)",
                    {id.value, title, vector_of(title)});
  }
  // Nothing to do: the words are stored in the rows themselves.
  void remove_words(Transaction&, const RecordingId&) const override {}
  void remove_title_words(Transaction&, const ChatId&) const override {}
  void remove_title_words(Transaction&, const RecordingId&) const override {}
  std::string expression_of(const Query& query) const override {
    std::string expression;
    for (const Phrase& phrase : query.phrases) {
      std::string row;
      for (const std::string& word : phrase.words) {
        row += fmt::format("{}'{}'", row.empty() ? "" : " <-> ", word);
      }
      expression += fmt::format("{}({}{})", expression.empty() ? "" : " & ", row,
                                phrase.open_ended ? ":*" : "");
    }
    return expression;
  }
  std::string_view titles_sql() const override {
    return "select c.chat_id, c.title, c.last_used_utc_ns from search_title t join chat c on "
           "c.chat_id = t.chat_id where t.words @@ $1::tsquery and c.owner_id = $5 and "
           "(c.last_used_utc_ns, c.chat_id) < ($2, $3) order by c.last_used_utc_ns desc, c.chat_id "
           "desc limit $4";
  }
  std::string_view recording_titles_sql() const override {
    return "select r.recording_id, r.chat_id, coalesce(c.title, ''), r.created_utc_ns, t.title "
           "from search_recording_title t join recording r on r.recording_id = t.recording_id left "
           "join chat c on c.chat_id = r.chat_id where t.words @@ $1::tsquery and "
           "r.owner_id = $5 and (r.created_utc_ns, r.recording_id) < ($2, $3) order by "
           "r.created_utc_ns desc, "
           "r.recording_id desc limit $4";
  }
  std::string_view said_sql() const override {
    return "select s.recording_id, r.chat_id, coalesce(c.title, ''), r.created_utc_ns, s.speaker, "
           "s.start_ns, s.end_ns, s.text, s.search_id from search_sentence s join recording r on "
           "r.recording_id = s.recording_id left join chat c on c.chat_id = r.chat_id where "
           "s.words @@ $1::tsquery and s.search_id < $2 and r.owner_id = $4 order by s.search_id "
           "desc limit $3";
  }
  std::string_view written_sql() const override {
    return "select p.message_id, m.chat_id, coalesce(c.title, ''), m.created_utc_ns, m.role, "
           "p.text, p.search_id from search_passage p join message m on m.message_id = "
           "p.message_id left join chat c on c.chat_id = m.chat_id where p.words @@ $1::tsquery "
           "and p.search_id < $2 and m.owner_id = $4 order by p.search_id desc limit $3";
  }
};

}  // namespace

const SearchIndex& postgres_search_index() {
  static const PostgresSearchIndex kIndex;
  return kIndex;
}

}  // namespace reprise::search
