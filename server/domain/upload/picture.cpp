#include "domain/upload/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "domain/upload/cursor.hpp"
#include "domain/upload/heif.hpp"

namespace reprise::upload {
namespace {

using namespace std::string_view_literals;

std::unexpected<Error> damaged() {
  return fail(ErrorCode::Unsupported, "`file` is a picture that is damaged.",
              "upload-type-refused");
}

void append(Bytes& to, std::string_view text) {
  const ByteView bytes = as_bytes(text);
  to.insert(to.end(), bytes.begin(), bytes.end());
}

std::string little4(std::uint32_t number) {
  std::string text;
  for (int at = 0; at < 4; ++at) text += static_cast<char>(number >> (8 * at) & 0xff);
  return text;
}

/// The orientation in a TIFF structure (EXIF 2.32, 4.6.4 A); 1 when there is none.
int orientation_in(std::string_view tiff) {
  constexpr std::uint32_t kOrientation = 0x0112;
  constexpr std::uint32_t kEntriesMax = 512;
  const bool big = tiff.starts_with("MM");
  if (!big && !tiff.starts_with("II")) return 1;
  Cursor head(tiff.substr(2));
  const auto number = [big](Cursor& cursor, std::size_t bytes) {
    return big ? cursor.big(bytes) : cursor.little(bytes);
  };
  number(head, 2);
  const std::uint32_t offset = number(head, 4);
  if (head.bad() || offset > tiff.size()) return 1;
  Cursor entries(tiff.substr(offset));
  const std::uint32_t count = std::min(number(entries, 2), kEntriesMax);
  for (std::uint32_t at = 0; at < count && !entries.bad(); ++at) {
    const std::uint32_t tag = number(entries, 2);
    entries.take(6);
    const std::uint32_t value = number(entries, 2);
    entries.take(2);
    if (tag == kOrientation) return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

/// A segment APP1 that says nothing but the orientation.
std::string orientation_segment(int orientation) {
  std::string text(
      "\xff\xe1\x00\x22"
      "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"sv);
  text += static_cast<char>(orientation);
  text += "\x00\x00\x00\x00\x00\x00"sv;
  return text;
}

/// Ends of the compressed data that follows a start of scan (ITU T.81 B.1.1.5).
std::size_t scan_end(std::string_view data) {
  for (std::size_t at = 0; (at = data.find('\xff', at)) != data.npos; ++at) {
    if (at + 1 >= data.size()) break;
    const auto marker = static_cast<unsigned char>(data[at + 1]);
    const bool inside = marker == 0x00 || (marker >= 0xd0 && marker <= 0xd7);
    if (marker == 0xff || inside) continue;
    return at;
  }
  return data.size();
}

bool is_frame(unsigned marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/// What a JPEG keeps of its application data: how its colours are meant.
bool keeps_segment(unsigned marker, std::string_view body) {
  if (marker == 0xfe) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  if (marker == 0xe0) return body.starts_with("JFIF\0"sv);
  if (marker == 0xe2) return body.starts_with("ICC_PROFILE\0"sv);
  return marker == 0xee && body.starts_with("Adobe");
}

void note_jpeg_segment(unsigned marker, std::string_view body, CleanPicture& picture) {
  if (marker == 0xe1 && body.starts_with("Exif\0\0"sv)) {
    picture.turned = orientation_in(body.substr(6));
  }
  if (is_frame(marker)) {
    Cursor frame(body);
    frame.take(1);
    picture.height = frame.big(2);
    picture.width = frame.big(2);
  }
}

/// The sizes are those of the picture as it is shown.
CleanPicture with_turned_sides(CleanPicture picture) {
  if (picture.turned >= 5) std::swap(picture.width, picture.height);
  return picture;
}

Result<CleanPicture> clean_jpeg(std::string_view content) {
  CleanPicture picture;
  Bytes segments;
  segments.reserve(content.size());
  Cursor from(content.substr(2));
  bool whole = false;
  while (!from.ended() && !whole) {
    if (from.take(1) != "\xff"sv) return damaged();
    unsigned marker = from.big(1);
    while (marker == 0xff) marker = from.big(1);  // fill bytes
    if (marker == 0xd9) {
      whole = true;
      continue;
    }
    const std::uint32_t length = from.big(2);
    if (length < 2) return damaged();
    const std::string_view body = from.take(length - 2);
    if (from.bad()) return damaged();
    note_jpeg_segment(marker, body, picture);
    if (!keeps_segment(marker, body)) continue;
    const std::array<char, 4> head{'\xff', static_cast<char>(marker),
                                   static_cast<char>(length >> 8),
                                   static_cast<char>(length & 0xff)};
    append(segments, std::string_view(head.data(), head.size()));
    append(segments, body);
    if (marker == 0xda) append(segments, from.take(scan_end(from.rest())));
  }
  append(picture.content, "\xff\xd8"sv);
  picture.content.insert(picture.content.end(), segments.begin(), segments.end());
  append(picture.content, "\xff\xd9"sv);
  return with_turned_sides(std::move(picture));
}

/// The segments of a clean JPEG before its first scan, each with its head.
std::vector<std::string_view> leading_segments(std::string_view jpeg) {
  std::vector<std::string_view> segments;
  Cursor from(jpeg);
  from.take(2);
  while (!from.ended()) {
    const std::string_view before = from.rest();
    const std::uint32_t mark = from.big(2);
    const std::uint32_t length = from.big(2);
    if (length < 2 || mark == 0xffda) break;
    from.take(length - 2);
    if (from.bad()) break;
    segments.push_back(before.substr(0, length + 2));
  }
  return segments;
}

bool is_profile(std::string_view segment) {
  return segment.starts_with("\xff\xe2"sv) && segment.substr(4).starts_with("ICC_PROFILE\0"sv);
}

Result<CleanPicture> clean_png(std::string_view content) {
  constexpr auto kKept = std::to_array<std::string_view>(
      {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD",
       "pHYs", "hIST", "acTL", "fcTL", "fdAT", "cICP"});
  constexpr std::size_t kSignature = 8;
  CleanPicture picture;
  append(picture.content, content.substr(0, kSignature));
  std::string_view rest = content.substr(kSignature);
  bool whole = false;
  while (!whole) {
    Cursor chunk(rest);
    const std::size_t length = chunk.big(4);
    const std::string_view kind = chunk.take(4);
    const std::string_view body = chunk.take(length);
    chunk.take(4);
    if (chunk.bad()) return damaged();
    if (kind == "IHDR") {
      Cursor head(body);
      picture.width = head.big(4);
      picture.height = head.big(4);
    }
    if (kind == "eXIf") picture.turned = orientation_in(body);
    if (std::ranges::find(kKept, kind) != kKept.end()) {
      append(picture.content, rest.substr(0, length + 12));
    }
    whole = kind == "IEND";
    rest = chunk.rest();
  }
  return with_turned_sides(std::move(picture));
}

/// The size of the canvas, or of the only frame (WebP container specification; RFC 6386 9.1).
void note_webp_chunk(std::string_view kind, std::string_view body, CleanPicture& picture) {
  Cursor from(body);
  if (kind == "VP8X") {
    from.take(4);
    picture.width = from.little(3) + 1;
    picture.height = from.little(3) + 1;
  } else if (kind == "EXIF") {
    picture.turned = orientation_in(body.starts_with("Exif\0\0"sv) ? body.substr(6) : body);
  } else if (picture.width == 0 && kind == "VP8 ") {
    from.take(6);
    picture.width = from.little(2) & 0x3fff;
    picture.height = from.little(2) & 0x3fff;
  } else if (picture.width == 0 && kind == "VP8L") {
    from.take(1);
    const std::uint32_t bits = from.little(4);
    picture.width = (bits & 0x3fff) + 1;
    picture.height = (bits >> 14 & 0x3fff) + 1;
  }
}

Result<CleanPicture> clean_webp(std::string_view content) {
  constexpr auto kKept =
      std::to_array<std::string_view>({"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"});
  constexpr char kNotes = 0x0c;  // the flags of EXIF and XMP
  Cursor from(content);
  from.take(4);
  const std::uint32_t size = from.little(4);
  from.take(4);
  if (from.bad() || size < 4) return damaged();
  from = Cursor(from.rest().substr(0, size - 4));
  CleanPicture picture;
  Bytes chunks;
  while (!from.ended()) {
    const std::string_view kind = from.take(4);
    const std::uint32_t length = from.little(4);
    const std::string_view body = from.take(length);
    if (from.bad()) return damaged();
    if (length % 2 == 1 && !from.ended()) from.take(1);
    note_webp_chunk(kind, body, picture);
    if (std::ranges::find(kKept, kind) == kKept.end()) continue;
    append(chunks, kind);
    append(chunks, little4(length));
    std::string kept(body);
    if (kind == "VP8X" && !kept.empty()) kept[0] = static_cast<char>(kept[0] & ~kNotes);
    append(chunks, kept);
    if (length % 2 == 1) append(chunks, "\0"sv);
  }
  append(picture.content, "RIFF");
  append(picture.content, little4(static_cast<std::uint32_t>(chunks.size() + 4)));
  append(picture.content, "WEBP");
  picture.content.insert(picture.content.end(), chunks.begin(), chunks.end());
  return with_turned_sides(std::move(picture));
}

/// Blocks of at most 255 bytes, up to an empty one.
void skip_blocks(Cursor& from) {
  for (std::uint32_t length = from.big(1); length > 0 && !from.bad(); length = from.big(1)) {
    from.take(length);
  }
}

/// The bytes of the table of colours that these flags announce.
std::size_t colours(std::uint32_t flags) {
  return (flags & 0x80) == 0 ? 0 : std::size_t{3} << ((flags & 7) + 1);
}

/// One part of a GIF (GIF89a 20-26). False: it is to be left out.
bool take_gif_part(std::uint32_t mark, Cursor& from) {
  if (mark == 0x21) {
    const std::uint32_t kind = from.big(1);
    const bool repeats = from.rest().substr(0, 12) == "\x0bNETSCAPE2.0"sv;
    skip_blocks(from);
    return kind == 0xf9 || (kind == 0xff && repeats);
  }
  from.take(8);
  from.take(colours(from.big(1)));
  from.take(1);
  skip_blocks(from);
  return true;
}

Result<CleanPicture> clean_gif(std::string_view content) {
  CleanPicture picture;
  Cursor from(content);
  from.take(6);
  picture.width = from.little(2);
  picture.height = from.little(2);
  const std::uint32_t flags = from.big(1);
  from.take(2);
  from.take(colours(flags));
  if (from.bad()) return damaged();
  append(picture.content, content.substr(0, content.size() - from.rest().size()));
  while (!from.bad()) {
    const std::string_view before = from.rest();
    const std::uint32_t mark = from.big(1);
    if (mark == 0x3b || from.bad()) break;
    if (mark != 0x21 && mark != 0x2c) return damaged();
    const bool kept = take_gif_part(mark, from);
    if (kept && !from.bad())
      append(picture.content, before.substr(0, before.size() - from.rest().size()));
  }
  append(picture.content, ";");
  return picture;
}

Result<CleanPicture> clean_boxes(std::string_view content) {
  const auto heif = clean_heif(content);
  if (!heif) return damaged();
  CleanPicture picture{.content = {}, .width = heif->width, .height = heif->height};
  append(picture.content, heif->content);
  return picture;
}

std::optional<Result<CleanPicture>> cleaned(std::string_view type, std::string_view text) {
  if (type == "image/jpeg") return clean_jpeg(text);
  if (type == "image/png") return clean_png(text);
  if (type == "image/webp") return clean_webp(text);
  if (type == "image/gif") return clean_gif(text);
  if (type == "image/heic" || type == "image/avif") return clean_boxes(text);
  return std::nullopt;
}

}  // namespace

Bytes with_orientation(std::string_view media_type, Bytes content, int turned) {
  if (media_type != "image/jpeg" || turned == 1) return content;
  const std::string segment = orientation_segment(turned);
  const ByteView bytes = as_bytes(segment);
  content.insert(content.begin() + 2, bytes.begin(), bytes.end());
  return content;
}

Bytes with_profile_of(std::string_view media_type, ByteView original, Bytes content) {
  if (media_type != "image/jpeg") return content;
  const auto own = leading_segments(as_text(content));
  if (std::ranges::any_of(own, is_profile)) return content;
  std::string profile;
  for (const std::string_view segment : leading_segments(as_text(original))) {
    if (is_profile(segment)) profile += segment;
  }
  // JFIF's own segment is the first (ITU T.871 10.1).
  const std::size_t jfif =
      !own.empty() && own.front().starts_with("\xff\xe0"sv) ? own.front().size() : 0;
  const ByteView bytes = as_bytes(profile);
  content.insert(content.begin() + 2 + static_cast<std::ptrdiff_t>(jfif), bytes.begin(),
                 bytes.end());
  return content;
}

bool can_clean(std::string_view media_type) {
  constexpr auto kCan = std::to_array<std::string_view>(
      {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif"});
  return std::ranges::find(kCan, media_type) != kCan.end();
}

Result<CleanPicture> clean_picture(std::string_view media_type, ByteView content) {
  auto picture = cleaned(media_type, as_text(content));
  if (!picture || !*picture || (*picture)->width < 1 || (*picture)->height < 1) return damaged();
  if ((*picture)->width > kPixelsMax / (*picture)->height) {
    return fail(ErrorCode::Unsupported,
                fmt::format("`file` has {} x {} pixels; {} million are the most.",
                            (*picture)->width, (*picture)->height, kPixelsMax / 1'000'000),
                "upload-picture-too-large");
  }
  return *std::move(*picture);
}

}  // namespace reprise::upload
