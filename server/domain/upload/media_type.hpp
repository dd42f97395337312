#pragma once

// What a file is, by its content. The name decides only between kinds of text. What is not on the
// list is refused: nothing is ever served that a browser could run.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/types.hpp"

namespace reprise::upload {

enum class Family : std::uint8_t { Picture, Sound, Video, Document, Text };

/// One entry of the list.
struct MediaType {
  std::string_view name;  ///< as in `Content-Type`
  Family family = Family::Document;
  std::string_view words;  ///< for people: "PNG picture"
};

/// How much of a file's beginning `media_type_of` wants; less only when the file is shorter.
inline constexpr std::size_t kHeadBytes = 4096;

/// The type of a file that begins with `head`. Text is only told by its beginning here: `TextCheck`
/// looks at all of it. Errors: Unsupported, in words that name what it seems to be; also when the
/// ending of the name, or the type that the sender has declared (empty: none), means another kind.
Result<MediaType> media_type_of(ByteView head, std::string_view name,
                                std::string_view declared = {});

/// The entry with this name; empty text finds none.
const MediaType* find_media_type(std::string_view name);

/// Whether a whole file can be text, UTF-8 without control characters, piece by piece.
class TextCheck {
 public:
  void add(ByteView piece);
  /// Errors: Unsupported.
  Status finish();

 private:
  std::string rest_;  ///< a character that a piece's end has cut
  bool plain_ = true;
};

/// Whether the file may be shown inside of a page; others are only given to be kept.
bool is_shown(const MediaType& type);

}  // namespace reprise::upload
