#pragma once

// The events of the interaction log: which there are, and what each may say
// (docs/formats/interaction-log.md). No event has room for free text. Pure.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace reprise::analytics {

enum class FieldType : std::uint8_t {
  Flag,   ///< true or false
  Count,  ///< a whole number from 0 to `most`
  Word,   ///< one of `words`
  Name,   ///< small letters, digits and hyphens, at most kNameBytesMax: a name of ours
  Id,     ///< a UUID
};

inline constexpr std::size_t kNameBytesMax = 60;

struct Field {
  std::string_view name = {};  ///< empty: there is no more
  FieldType type = FieldType::Flag;
  bool needed = true;
  std::int64_t most = 0;
  std::string_view words = {};  ///< separated by blanks
};

inline constexpr std::size_t kFieldsMax = 4;

struct Kind {
  std::string_view name;
  std::array<Field, kFieldsMax> fields = {};
};

/// All kinds, by name.
std::span<const Kind> catalogue();
/// Null: there is no such kind.
const Kind* kind_of(std::string_view name);

}  // namespace reprise::analytics
