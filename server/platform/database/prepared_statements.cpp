#include "platform/database/prepared_statements.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "base/digest.hpp"

namespace reprise::database {

std::string PreparedStatements::key_of(std::string_view sql, const std::vector<unsigned>& types) {
  std::string key;
  for (const unsigned type : types) key += fmt::format("{},", type);
  key += sql;
  return key;
}

std::string PreparedStatements::new_name(std::string_view key) {
  constexpr std::size_t kNameBytes = 16;
  const Sha256 digest = sha256(as_bytes(key));
  return "s" + hex(ByteView(digest).first(kNameBytes));
}

bool PreparedStatements::have_room_for(std::span<const std::string> keys) const {
  std::set<std::string_view> fresh;
  for (const std::string& key : keys) {
    if (!names_.contains(key)) fresh.insert(key);
  }
  return names_.size() + fresh.size() <= kMax;
}

std::optional<std::string> PreparedStatements::name_of(const std::string& key) const {
  const auto known = names_.find(key);
  if (known == names_.end()) return std::nullopt;
  return known->second;
}

void PreparedStatements::add(std::string key, std::string name) {
  names_.emplace(std::move(key), std::move(name));
}

void PreparedStatements::forget() { names_.clear(); }

}  // namespace reprise::database
