#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reprise::database {

/// The statements that one connection to PostgreSQL has prepared. A null has no type, so that one
/// text may be prepared more than once: the key of a statement is its text and its types.
class PreparedStatements {
 public:
  static constexpr std::size_t kMax = 256;

  static std::string key_of(std::string_view sql, const std::vector<unsigned>& types);
  /// The same name is always the same text: behind a pooler, where --database-prepare=true is a
  /// mistake, a connection may hold statements of others, and one of theirs must never be run for
  /// ours.
  static std::string new_name(std::string_view key);

  /// Whether these can be prepared, too. None of at most kMax is too many after `forget`.
  bool have_room_for(std::span<const std::string> keys) const;
  std::optional<std::string> name_of(const std::string& key) const;
  void add(std::string key, std::string name);
  void forget();

 private:
  std::unordered_map<std::string, std::string> names_;  ///< by key
};

}  // namespace reprise::database
