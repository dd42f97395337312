#include "domain/upload/film.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "domain/upload/boxes.hpp"

namespace reprise::upload {
namespace {

constexpr std::size_t kShortHead = 8;
constexpr std::size_t kLongHead = 16;
constexpr std::string_view kFree = "free";

template <std::size_t Count>
bool is_one_of(std::string_view kind, const std::array<std::string_view, Count>& kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// Boxes of the file itself that picture and sound need (ISO/IEC 14496-12, and old QuickTime).
bool stays(std::string_view kind) {
  constexpr auto kStay = std::to_array<std::string_view>(
      {"ftyp", "styp", "moov", "mdat", "moof", "mfra", "sidx", "ssix", "prft", "pdin", "wide"});
  return is_one_of(kind, kStay);
}

bool is_empty_room(std::string_view kind) { return kind == kFree || kind == "skip"; }

/// Boxes inside of the index that hold notes: `udta` has the place (©xyz, loci), `meta` Apple's
/// keys, `uuid` XMP.
bool is_note(std::string_view kind) {
  constexpr auto kNotes = std::to_array<std::string_view>({"udta", "meta", "uuid"});
  return is_one_of(kind, kNotes) || is_empty_room(kind);
}

/// Tracks that people see, hear or read, and time codes. Others hold what a device measured.
bool is_for_people(std::string_view handler) {
  constexpr auto kKinds = std::to_array<std::string_view>(
      {"vide", "auxv", "pict", "soun", "text", "sbtl", "subt", "clcp", "tmcd", "hint"});
  return is_one_of(handler, kKinds);
}

bool has_bytes(std::string_view text) {
  return text.find_first_not_of('\0') != std::string_view::npos;
}

/// The sizes of a track's samples (`stsz`).
struct Sizes {
  std::uint64_t each = 0;  ///< 0: as listed
  std::uint64_t count = 0;
  Cursor listed{""};
  std::uint64_t next(std::uint64_t samples) {
    if (each > 0) return each * samples;
    std::uint64_t sum = 0;
    for (; samples > 0 && !listed.bad() && !listed.ended(); --samples) sum += listed.wide(4);
    return sum;
  }
};

Sizes sizes_in(std::string_view stsz) {
  Cursor from(stsz);
  from.take(4);
  Sizes sizes{.each = from.wide(4), .count = from.wide(4)};
  sizes.listed = Cursor(from.rest());
  return sizes;
}

/// How many samples each chunk has (`stsc`): runs of chunks.
class Runs {
 public:
  explicit Runs(std::string_view stsc) : from_(stsc) {
    from_.take(8);
    next_ = from_.wide(4);
  }
  std::uint64_t samples_of(std::uint64_t chunk) {
    while (next_ > 0 && chunk >= next_) {
      samples_ = from_.wide(4);
      from_.take(4);
      next_ = from_.ended() ? 0 : from_.wide(4);
    }
    return samples_;
  }

 private:
  Cursor from_;
  std::uint64_t samples_ = 0;
  std::uint64_t next_ = 0;  // the chunk where the next run begins; 0: there is none
};

}  // namespace

bool is_film(std::string_view media_type) {
  constexpr auto kFilms =
      std::to_array<std::string_view>({"video/mp4", "video/quicktime", "audio/mp4"});
  return is_one_of(media_type, kFilms);
}

void FilmNotes::add(ByteView bytes) {
  std::string_view piece = as_text(bytes);
  while (!piece.empty()) {
    const std::size_t taken = where_ == Where::Head ? take_head(piece) : take_body(piece);
    at_ += taken;
    piece.remove_prefix(taken);
    if (where_ != Where::Head && left_ == 0) end_box();
  }
}

std::size_t FilmNotes::take_head(std::string_view piece) {
  if (head_.empty()) box_at_ = at_;
  const bool is_long = head_.size() >= kShortHead;  // only then more is wanted
  const std::size_t wanted = (is_long ? kLongHead : kShortHead) - head_.size();
  const std::size_t taken = std::min(wanted, piece.size());
  head_ += piece.substr(0, taken);
  if (taken < wanted) return taken;
  Cursor from(head_);
  std::uint64_t size = from.wide(4);
  const std::string kind(from.take(4));
  if (size == 1 && !is_long) return taken;
  if (size == 1) size = from.wide(8);
  body_at_ = at_ + taken;
  left_ = size == 0 ? std::numeric_limits<std::uint64_t>::max() : size - head_.size();
  const bool is_box = (size == 0 && has_bytes(kind)) || size >= head_.size();
  too_many_ = too_many_ || ++boxes_ > kFilmBoxesMax;
  if (!is_box || too_many_) {  // whatever hangs behind the last box
    where_ = Where::Behind;
    body_at_ = box_at_;
    filled_ = has_bytes(head_);
    left_ = std::numeric_limits<std::uint64_t>::max();
  } else {
    begin_box(kind);
  }
  return taken;
}

void FilmNotes::begin_box(std::string_view kind) {
  kind_ = kind;
  filled_ = false;
  where_ = kind == "moov" ? Where::Index : Where::Body;
  if (where_ == Where::Index) index_ = head_;
}

std::size_t FilmNotes::take_body(std::string_view piece) {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size()));
  const std::string_view part = piece.substr(0, taken);
  left_ -= taken;
  if (where_ == Where::Index) {
    too_long_ = too_long_ || index_.size() + taken > kFilmIndexBytesMax;
    if (!too_long_) index_ += part;
  } else if (!filled_ && kind_ != "mdat") {
    filled_ = has_bytes(part);
  }
  return taken;
}

void FilmNotes::end_box() {
  const std::uint64_t bytes = at_ - body_at_;
  if (where_ == Where::Behind) {
    if (filled_) patches_.push_back({.first = body_at_, .bytes = bytes});
  } else if (where_ == Where::Index) {
    read_index();
  } else if (kind_ == "mdat") {
    media_.push_back({.first = body_at_, .bytes = bytes});
  } else if (!stays(kind_)) {
    if (!is_empty_room(kind_)) {
      patches_.push_back({.first = box_at_ + 4, .bytes = 4, .with = kFree});
    }
    if (filled_) patches_.push_back({.first = body_at_, .bytes = bytes});
  }
  head_.clear();
  kind_.clear();
  index_.clear();
  where_ = Where::Head;
}

void FilmNotes::read_index() {
  if (too_long_) return;
  const std::string_view body = std::string_view(index_).substr(head_.size());
  look_into(body);
}

/// The boxes of the index, of a track, or of one of its parts.
void FilmNotes::look_into(std::string_view inside) {
  const std::string_view behind = each_box(inside, [this](const Box& box) {
    if (is_note(box.kind)) {
      drop(box.kind, box.whole, box.body);
    } else if (box.kind == "trak") {
      look_at_track(box.whole);
    } else if (box.kind == "mdia" || box.kind == "minf") {
      look_into(box.body);
    }
  });
  blank(behind);
}

void FilmNotes::look_at_track(std::string_view track) {
  Cursor from(track);
  const auto box = next_box(from);
  const std::string_view media = box ? body_of(box->body, "mdia") : std::string_view();
  Cursor handler(body_of(media, "hdlr"));
  handler.take(8);
  if (is_for_people(handler.take(4))) {
    look_into(box->body);
    return;
  }
  if (!box) return;
  blank_samples(body_of(body_of(media, "minf"), "stbl"));
  drop(box->kind, box->whole, box->body);
}

void FilmNotes::drop(std::string_view kind, std::string_view whole, std::string_view body) {
  const auto at = static_cast<std::uint64_t>(whole.data() - index_.data());
  if (!is_empty_room(kind)) {
    patches_.push_back({.first = box_at_ + at + 4, .bytes = 4, .with = kFree});
  }
  blank(body);
}

void FilmNotes::blank(std::string_view text) {
  if (!has_bytes(text)) return;
  const auto at = static_cast<std::uint64_t>(text.data() - index_.data());
  patches_.push_back({.first = box_at_ + at, .bytes = text.size()});
}

void FilmNotes::blank_samples(std::string_view table) {
  Sizes sizes = sizes_in(body_of(table, "stsz"));
  Runs runs(body_of(table, "stsc"));
  const std::string_view wide = body_of(table, "co64");
  Cursor chunks(wide.empty() ? body_of(table, "stco") : wide);
  chunks.take(8);
  for (std::uint64_t chunk = 1; !chunks.ended() && sizes.count > 0; ++chunk) {
    const std::uint64_t first = chunks.wide(wide.empty() ? 4 : 8);
    const std::uint64_t samples = std::min(runs.samples_of(chunk), sizes.count);
    sizes.count -= samples;
    if (chunks.bad()) return;
    samples_.push_back({.first = first, .bytes = sizes.next(samples)});
  }
}

Result<std::vector<Patch>> FilmNotes::finish() {
  // Less than the head of a box hangs behind the end.
  if (where_ == Where::Head && has_bytes(head_)) {
    patches_.push_back({.first = box_at_, .bytes = head_.size()});
  }
  if (where_ != Where::Head) end_box();
  if (too_long_ || too_many_) {
    return fail(ErrorCode::Unsupported,
                fmt::format("`file` has an index of more than {} MB, or more than {} boxes.",
                            kFilmIndexBytesMax / 1'000'000, kFilmBoxesMax),
                "upload-damaged");
  }
  // A table may name any bytes: only what lies among the media is touched.
  for (const Range& sample : samples_) {
    const auto after = std::ranges::upper_bound(media_, sample.first, {}, &Range::first);
    if (after == media_.begin()) continue;
    const Range& media = *std::prev(after);
    const std::uint64_t inside = sample.first - media.first;
    if (inside >= media.bytes) continue;
    patches_.push_back(
        {.first = sample.first, .bytes = std::min(sample.bytes, media.bytes - inside)});
  }
  std::ranges::sort(patches_, {}, &Patch::first);
  return std::move(patches_);
}

bool apply(const std::vector<Patch>& patches, std::uint64_t first, Bytes& part) {
  bool any = false;
  const std::uint64_t end = first + part.size();
  for (const Patch& patch : patches) {
    const std::uint64_t from = std::max(patch.first, first);
    const std::uint64_t to = std::min(patch.first + patch.bytes, end);
    any = any || from < to;
    for (std::uint64_t at = from; at < to; ++at) {
      const std::uint64_t letter = at - patch.first;
      part[at - first] =
          letter < patch.with.size() ? static_cast<std::byte>(patch.with[letter]) : std::byte{0};
    }
  }
  return any;
}

}  // namespace reprise::upload
