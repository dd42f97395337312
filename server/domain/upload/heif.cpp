#include "domain/upload/heif.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "domain/upload/boxes.hpp"

namespace reprise::upload {
namespace {

using namespace std::string_view_literals;

/// Items of a file made to keep us busy are not all looked at.
constexpr std::size_t kItemsMax = 4096;

/// The numbers of the items that are notes: EXIF, and XMP (a `mime` item).
std::vector<std::uint64_t> notes_in(std::string_view iinf) {
  Cursor head(iinf);
  const std::uint32_t version = head.big(1);
  head.take(3);
  head.take(version == 0 ? 2 : 4);
  std::vector<std::uint64_t> ids;
  each_box(head.rest(), [&](const Box& box) {
    if (box.kind != "infe" || ids.size() >= kItemsMax) return;
    Cursor entry(box.body);
    const std::uint32_t kind = entry.big(1);
    entry.take(3);
    const std::uint64_t id = entry.wide(kind == 3 ? 4 : 2);
    entry.take(2);
    const std::string_view type = entry.take(4);
    if (kind >= 2 && (type == "Exif" || type == "mime" || type == "uri ")) ids.push_back(id);
  });
  return ids;
}

struct Extent {
  bool in_idat = false;
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
};

/// Where those items lie (the box `iloc`, ISO/IEC 14496-12 8.11.3).
std::vector<Extent> places_of(std::string_view iloc, const std::vector<std::uint64_t>& ids) {
  Cursor from(iloc);
  const std::uint32_t version = from.big(1);
  from.take(3);
  const std::uint32_t sizes = from.big(2);
  const std::size_t offset_size = sizes >> 12 & 0xf;
  const std::size_t length_size = sizes >> 8 & 0xf;
  const std::size_t base_size = sizes >> 4 & 0xf;
  const std::size_t index_size = version == 0 ? 0 : sizes & 0xf;
  const std::uint64_t count = from.wide(version < 2 ? 2 : 4);
  std::vector<Extent> places;
  for (std::uint64_t item = 0; item < count && item < kItemsMax && !from.bad(); ++item) {
    const std::uint64_t id = from.wide(version < 2 ? 2 : 4);
    const bool in_idat = version > 0 && (from.big(2) & 0xf) == 1;
    from.take(2);
    const std::uint64_t base = from.wide(base_size);
    const std::uint32_t extents = from.big(2);
    for (std::uint32_t at = 0; at < extents && !from.bad(); ++at) {
      from.take(index_size);
      const std::uint64_t first = base + from.wide(offset_size);
      const std::uint64_t bytes = from.wide(length_size);
      if (from.bad() || std::ranges::find(ids, id) == ids.end()) continue;
      places.push_back({.in_idat = in_idat, .first = first, .bytes = bytes});
    }
  }
  return places;
}

struct Range {
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
  bool holds(std::uint64_t from, std::uint64_t count) const {
    return from >= first && from - first <= bytes && count <= bytes - (from - first);
  }
};

void blank(std::string& content, Range range) {
  // EXIF that says nothing: where its TIFF begins, then a directory without entries.
  constexpr std::string_view kNothing = "\0\0\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0"sv;
  std::fill_n(content.begin() + static_cast<std::ptrdiff_t>(range.first), range.bytes, '\0');
  if (range.bytes >= kNothing.size()) {
    content.replace(range.first, kNothing.size(), kNothing);
  }
}

/// The largest size that the file names, turned if anything in it is.
void note_size(std::string_view ipco, CleanHeif& picture) {
  bool turned = false;
  each_box(ipco, [&](const Box& box) {
    Cursor from(box.body);
    if (box.kind == "irot") turned = turned || (from.big(1) & 1) == 1;
    if (box.kind != "ispe") return;
    from.take(4);
    const std::int64_t width = from.big(4);
    const std::int64_t height = from.big(4);
    // Not by their product: a file may name sizes whose product is too large for a number.
    if (from.bad() || std::max(width, height) <= std::max(picture.width, picture.height)) return;
    picture.width = width;
    picture.height = height;
  });
  if (turned) std::swap(picture.width, picture.height);
}

bool stays(std::string_view kind) {
  constexpr auto kStay = std::to_array<std::string_view>({"ftyp", "meta", "mdat", "moov"});
  return std::ranges::find(kStay, kind) != kStay.end();
}

}  // namespace

std::optional<CleanHeif> clean_heif(std::string_view content) {
  CleanHeif picture{.content = std::string(content)};
  const auto range_of = [content](std::string_view inside) {
    if (inside.empty()) return Range{};
    return Range{.first = static_cast<std::uint64_t>(inside.data() - content.data()),
                 .bytes = inside.size()};
  };
  Cursor from(content);
  std::string_view meta;
  std::vector<Range> data;
  std::size_t count = 0;
  while (const auto box = next_box(from)) {
    if (++count > kBoxesMax) return std::nullopt;
    if (box->kind == "meta" && meta.empty()) meta = box->body;
    if (box->kind == "mdat") data.push_back(range_of(box->body));
    if (!stays(box->kind)) {
      const Range gone = range_of(box->body);
      std::fill_n(picture.content.begin() + static_cast<std::ptrdiff_t>(gone.first), gone.bytes,
                  '\0');
    }
  }
  picture.content.resize(content.size() - from.rest().size());
  if (meta.size() < 4) return std::nullopt;
  meta.remove_prefix(4);  // its version
  const Range idat = range_of(body_of(meta, "idat"));
  for (const Extent& one : places_of(body_of(meta, "iloc"), notes_in(body_of(meta, "iinf")))) {
    const std::uint64_t first = one.first + (one.in_idat ? idat.first : 0);
    const auto holds = [&](const Range& range) { return range.holds(first, one.bytes); };
    // Notes elsewhere would be in the structure of the file: it was made to break readers.
    const bool known = one.in_idat ? holds(idat) : std::ranges::any_of(data, holds);
    if (!known) return std::nullopt;
    blank(picture.content, {.first = first, .bytes = one.bytes});
  }
  note_size(body_of(body_of(meta, "iprp"), "ipco"), picture);
  return picture;
}

}  // namespace reprise::upload
