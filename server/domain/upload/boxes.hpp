#pragma once

// The boxes of ISO/IEC 14496-12, of which MP4, MOV, M4A, HEIC and AVIF are made. Pure.

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "domain/upload/cursor.hpp"

namespace reprise::upload {

/// Boxes of a file made to keep us busy are not all looked at.
inline constexpr std::size_t kBoxesMax = 65'536;

struct Box {
  std::string_view kind;
  std::string_view body;
  std::string_view whole;  ///< with its head
};

/// The next box (4.2); empty at the end, or where no box is.
std::optional<Box> next_box(Cursor& from);
/// Looks at all boxes of `inside`; returns what is left behind the last one.
std::string_view each_box(std::string_view inside, const std::function<void(const Box&)>& look);
/// The body of the first box of this kind; empty when there is none.
std::string_view body_of(std::string_view inside, std::string_view kind);

}  // namespace reprise::upload
