#pragma once

// What both engines have in common. Only for the sources of this module.

#include "platform/search/search_index.hpp"

namespace reprise::search {

/// Words between spaces, as base/lookup_words.hpp folds them: they hold no ASCII signs.
std::vector<std::string> words_of(std::string_view text);

/// Everything except how words are stored and looked up. `Transaction` runs SQL that both engines
/// know.
class SqlSearchIndex : public SearchIndex {
 public:
  void put_said(database::Transaction& transaction, const session::RecordingId& id,
                const std::vector<Sentence>& sentences) const override;
  void remove_said(database::Transaction& transaction,
                   const session::RecordingId& id) const override;
  void sync_title(database::Transaction& transaction, const session::ChatId& id) const override;
  void sync_title(database::Transaction& transaction,
                  const session::RecordingId& id) const override;
  std::int64_t sync_titles(database::Transaction& transaction) const override;
  void sync_message(database::Transaction& transaction,
                    const std::string& message_id) const override;
  std::int64_t sync_messages(database::Transaction& transaction) const override;
  std::vector<session::RecordingId> unfilled(database::Transaction& transaction,
                                             const std::string& after,
                                             std::int64_t count_max) const override;
  Page<Hit> find(database::Transaction& transaction, const access::UserId& owner,
                 const Query& query, const PageWish& wish) const override;

 protected:
  struct Row {
    std::int64_t search_id;
    const session::RecordingId& recording_id;
    const Sentence& sentence;
  };
  /// The greatest id of a passage from `from` on, before `end`, that has words in the index.
  virtual std::optional<std::int64_t> last_passage(database::Transaction& transaction,
                                                   std::int64_t from, std::int64_t end) const = 0;
  /// False: another transaction has taken the id meanwhile.
  virtual bool insert_passage(database::Transaction& transaction, std::int64_t search_id,
                              const std::string& message_id, const std::string& text) const = 0;
  virtual void insert_sentence(database::Transaction& transaction, const Row& row) const = 0;
  virtual void insert_title(database::Transaction& transaction, const session::ChatId& id,
                            const std::string& title) const = 0;
  virtual void insert_title(database::Transaction& transaction, const session::RecordingId& id,
                            const std::string& title) const = 0;
  /// Removes the words of a recording's sentences before their rows are deleted.
  virtual void remove_words(database::Transaction& transaction,
                            const session::RecordingId& id) const = 0;
  /// Removes the words of a title before its row is deleted.
  virtual void remove_title_words(database::Transaction& transaction,
                                  const session::ChatId& id) const = 0;
  virtual void remove_title_words(database::Transaction& transaction,
                                  const session::RecordingId& id) const = 0;
  virtual std::string expression_of(const Query& query) const = 0;
  /// chat_id, title, last_used_utc_ns of the chats of `$5` that `$1` finds after ($2, $3), at most
  /// `$4`.
  virtual std::string_view titles_sql() const = 0;
  /// recording_id, chat_id, chat title, created_utc_ns, title of the recordings of `$5` that `$1`
  /// finds behind ($2, $3), at most `$4`.
  virtual std::string_view recording_titles_sql() const = 0;
  /// recording_id, chat_id, chat title, created_utc_ns, speaker, start_ns, end_ns, text, search_id
  /// of the sentences of `$4` that `$1` finds before `$2`, at most `$3`, the greatest search_id
  /// first.
  virtual std::string_view said_sql() const = 0;
  /// message_id, chat_id, chat title, created_utc_ns, role, text, search_id of the passages of `$4`
  /// that `$1` finds before `$2`, at most `$3`, the greatest search_id first.
  virtual std::string_view written_sql() const = 0;
};

/// `person` or `model`.
const char* speaker_text(recording::Speaker speaker);

}  // namespace reprise::search
