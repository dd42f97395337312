#include "domain/upload/boxes.hpp"

namespace reprise::upload {

std::optional<Box> next_box(Cursor& from) {
  constexpr std::uint64_t kHead = 8;
  constexpr std::uint64_t kLongHead = 16;
  Cursor probe = from;
  std::uint64_t size = probe.wide(4);
  const std::string_view kind = probe.take(4);
  std::uint64_t head = kHead;
  if (size == 1) {
    size = probe.wide(8);
    head = kLongHead;
  }
  if (size == 0) size = from.rest().size();  // up to the end
  if (probe.bad() || size < head || size > from.rest().size()) return std::nullopt;
  const std::string_view whole = from.take(size);
  return Box{.kind = kind, .body = whole.substr(head), .whole = whole};
}

std::string_view each_box(std::string_view inside, const std::function<void(const Box&)>& look) {
  Cursor from(inside);
  for (std::size_t count = 0; count < kBoxesMax; ++count) {
    const auto box = next_box(from);
    if (!box) break;
    look(*box);
  }
  return from.rest();
}

std::string_view body_of(std::string_view inside, std::string_view kind) {
  std::string_view found;
  each_box(inside, [&](const Box& box) {
    if (box.kind == kind && found.empty()) found = box.body;
  });
  return found;
}

}  // namespace reprise::upload
