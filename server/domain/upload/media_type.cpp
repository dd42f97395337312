#include "domain/upload/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/utf8.hpp"

namespace reprise::upload {
namespace {

using namespace std::string_view_literals;

constexpr std::array kTypes = {
    MediaType{.name = "image/png", .family = Family::Picture, .words = "PNG picture"},
    MediaType{.name = "image/jpeg", .family = Family::Picture, .words = "JPEG picture"},
    MediaType{.name = "image/webp", .family = Family::Picture, .words = "WebP picture"},
    MediaType{.name = "image/gif", .family = Family::Picture, .words = "GIF picture"},
    MediaType{.name = "image/avif", .family = Family::Picture, .words = "AVIF picture"},
    MediaType{.name = "image/heic", .family = Family::Picture, .words = "HEIC picture"},
    MediaType{.name = "video/mp4", .family = Family::Video, .words = "MP4 video"},
    MediaType{.name = "video/webm", .family = Family::Video, .words = "WebM video"},
    MediaType{.name = "video/quicktime", .family = Family::Video, .words = "MOV video"},
    MediaType{.name = "audio/wav", .family = Family::Sound, .words = "WAV sound"},
    MediaType{.name = "audio/mpeg", .family = Family::Sound, .words = "MP3 sound"},
    MediaType{.name = "audio/ogg", .family = Family::Sound, .words = "Ogg sound"},
    MediaType{.name = "audio/flac", .family = Family::Sound, .words = "FLAC sound"},
    MediaType{.name = "audio/mp4", .family = Family::Sound, .words = "M4A sound"},
    MediaType{.name = "application/pdf", .family = Family::Document, .words = "PDF"},
    MediaType{.name = "text/plain", .family = Family::Text, .words = "text"},
    MediaType{.name = "text/markdown", .family = Family::Text, .words = "Markdown"},
    MediaType{.name = "text/csv", .family = Family::Text, .words = "CSV table"},
    MediaType{.name = "application/json", .family = Family::Text, .words = "JSON"},
};

constexpr std::string_view kPossible =
    "Pictures (PNG, JPEG, WebP, GIF, AVIF, HEIC), videos (MP4, WebM, MOV), sound (WAV, MP3, Ogg, "
    "FLAC, M4A), PDF and text can be attached.";

Result<MediaType> known(std::string_view name) { return *find_media_type(name); }

std::unexpected<Error> refused(std::string_view what) {
  return fail(ErrorCode::Unsupported, fmt::format("`file` {} {}", what, kPossible),
              "upload-type-refused");
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word, {}, lower, lower);
}

/// The box `ftyp` of ISO/IEC 14496-12 4.3: the major brand, then further ones.
Result<MediaType> by_brand(std::string_view head) {
  const std::string_view major = head.substr(8, 4);
  const auto is = [major](std::initializer_list<std::string_view> brands) {
    return std::ranges::find(brands, major) != brands.end();
  };
  if (is({"avif", "avis"})) return known("image/avif");
  if (is({"heic", "heix", "heim", "heis", "hevc", "hevx"})) return known("image/heic");
  if (is({"mif1", "msf1"})) {
    return known(head.substr(0, 64).contains("avif") ? "image/avif" : "image/heic");
  }
  if (is({"qt  "})) return known("video/quicktime");
  if (is({"M4A ", "M4B "})) return known("audio/mp4");
  if (is({"isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8",
          "iso9", "mp41", "mp42", "avc1", "dash", "M4V ", "M4VH", "M4VP",
          "MSNV", "f4v ", "mmp4", "3gp4", "3gp5", "3gp6"})) {
    return known("video/mp4");
  }
  return refused("is a container of a kind that is not known here.");
}

/// The header of EBML (RFC 8794) names its document type near its beginning.
Result<MediaType> by_doctype(std::string_view head) {
  constexpr std::size_t kHeaderMax = 64;
  constexpr std::string_view kDocType = "\x42\x82"sv;
  const std::string_view header = head.substr(0, kHeaderMax);
  const std::size_t at = header.find(kDocType);
  if (at != header.npos && header.substr(at + 3, 4) == "webm") return known("video/webm");
  return refused("is a Matroska file, but not WebM.");
}

/// The first packet of the first page of Ogg (RFC 3533 6) names the codec.
Result<MediaType> by_ogg_codec(std::string_view head) {
  constexpr std::size_t kPageHeader = 27;
  if (head.size() > kPageHeader) {
    const auto segments = static_cast<unsigned char>(head[kPageHeader - 1]);
    const std::string_view packet = head.substr(std::min(head.size(), kPageHeader + segments));
    for (const auto codec : {"OpusHead"sv, "\x01vorbis"sv, "Speex   "sv,
                             "\x7f"
                             "FLAC"sv}) {
      if (packet.starts_with(codec)) return known("audio/ogg");
    }
  }
  return refused("is an Ogg file, but not one with Opus, Vorbis, Speex or FLAC.");
}

/// A frame of MPEG audio layer III (ISO/IEC 11172-3 2.4.2.3).
bool is_mp3_frame(std::string_view head) {
  if (head.size() < 4) return false;
  const auto byte = [head](std::size_t at) { return static_cast<unsigned char>(head[at]); };
  const bool sync = byte(0) == 0xff && (byte(1) & 0xe0) == 0xe0;
  const bool version = (byte(1) & 0x18) != 0x08;
  const bool layer = (byte(1) & 0x06) == 0x02;
  const bool rates = (byte(2) & 0xf0) != 0xf0 && (byte(2) & 0xf0) != 0 && (byte(2) & 0x0c) != 0x0c;
  return sync && version && layer && rates;
}

Result<MediaType> by_riff(std::string_view head) {
  const std::string_view form = head.substr(8, 4);
  if (form == "WEBP") return known("image/webp");
  if (form == "WAVE") return known("audio/wav");
  return refused("is a RIFF file, but neither WebP nor WAV.");
}

/// What begins with a mark of its own. Empty: it has none that is known.
std::optional<Result<MediaType>> by_mark(std::string_view head) {
  if (head.starts_with("\x89PNG\r\n\x1a\n"sv)) return known("image/png");
  if (head.starts_with("\xff\xd8\xff"sv)) return known("image/jpeg");
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return known("image/gif");
  if (head.starts_with("RIFF") && head.size() >= 12) return by_riff(head);
  if (head.size() >= 12 && head.substr(4, 4) == "ftyp") return by_brand(head);
  if (head.starts_with("\x1a\x45\xdf\xa3"sv)) return by_doctype(head);
  if (head.starts_with("OggS"sv)) return by_ogg_codec(head);
  if (head.starts_with("fLaC")) return known("audio/flac");
  if (head.starts_with("ID3") && head.size() >= 10 && head[3] <= 4) return known("audio/mpeg");
  if (head.starts_with("%PDF-")) return known("application/pdf");
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) {
    return refused("is a zip archive (or made of one, as office documents are).");
  }
  if (head.starts_with("\x1f\x8b"sv) || head.starts_with("BZh") ||
      head.starts_with("\xfd"
                       "7zXZ"sv) ||
      head.starts_with("7z\xbc\xaf"sv) || head.starts_with("Rar!")) {
    return refused("is an archive.");
  }
  if (head.starts_with("\x7f"
                       "ELF"sv) ||
      head.starts_with("MZ")) {
    return refused("is a program.");
  }
  if (is_mp3_frame(head)) return known("audio/mpeg");
  return std::nullopt;
}

/// Text that a browser or a media program would run or follow, whatever it is called.
bool is_active(std::string_view head) {
  constexpr std::string_view kBlanks = " \t\r\n\f";
  constexpr auto kBegins = std::to_array<std::string_view>(
      {"<!doctype", "<html", "<head", "<body", "<svg", "<script", "<iframe", "<?xml", "<math",
       "<!--", "<?php", "#extm3u", "ffconcat", "v=0\r\n", "<smil", "<mpd"});
  if (head.starts_with("\xef\xbb\xbf")) head.remove_prefix(3);
  head.remove_prefix(std::min(head.find_first_not_of(kBlanks), head.size()));
  return std::ranges::any_of(kBegins, [&](auto begin) { return begins_with(head, begin); });
}

bool ends_with(std::string_view name, std::string_view ending) {
  return name.size() > ending.size() &&
         begins_with(name.substr(name.size() - ending.size()), ending);
}

bool has_ending(std::string_view name, std::span<const std::string_view> endings) {
  return std::ranges::any_of(endings, [&](auto ending) { return ends_with(name, ending); });
}

/// Names by which a system would run or follow a file, whatever is in it.
bool has_active_name(std::string_view name) {
  constexpr auto kEndings = std::to_array<std::string_view>(
      {".html", ".htm",  ".xhtml", ".xht", ".svg", ".svgz", ".shtml", ".mht", ".mhtml", ".xml",
       ".xsl",  ".m3u8", ".mpd",   ".exe", ".dll", ".msi",  ".scr",   ".jar", ".apk",   ".lnk"});
  return has_ending(name, kEndings);
}

/// Sound and video have containers in common.
enum class Kind : std::uint8_t { Picture, Moving, Document, Text };

Kind kind_of(Family family) {
  switch (family) {
    case Family::Picture:
      return Kind::Picture;
    case Family::Sound:
    case Family::Video:
      return Kind::Moving;
    case Family::Document:
      return Kind::Document;
    case Family::Text:
      break;
  }
  return Kind::Text;
}

/// What the ending of a name means; empty: nothing that is known.
std::optional<Kind> meant_by_name(std::string_view name) {
  constexpr auto kPictures = std::to_array<std::string_view>(
      {".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".avif", ".heic", ".heif"});
  constexpr auto kMoving = std::to_array<std::string_view>(
      {".mp4", ".m4v", ".mov", ".webm", ".mkv", ".wav", ".mp3", ".ogg", ".oga", ".ogv", ".opus",
       ".flac", ".m4a", ".m4b", ".aac"});
  constexpr auto kTexts =
      std::to_array<std::string_view>({".txt", ".md", ".markdown", ".csv", ".json"});
  if (has_ending(name, kPictures)) return Kind::Picture;
  if (has_ending(name, kMoving)) return Kind::Moving;
  if (ends_with(name, ".pdf")) return Kind::Document;
  if (has_ending(name, kTexts)) return Kind::Text;
  return std::nullopt;
}

/// What a sender says that it is; empty: nothing that is known.
std::optional<Kind> meant_by_type(std::string_view declared) {
  const auto is = [declared](std::string_view begin) { return begins_with(declared, begin); };
  if (is("image/")) return Kind::Picture;
  // Browsers take the ending of TypeScript for a video, `video/mp2t`.
  if ((is("audio/") || is("video/")) && !is("video/mp2t")) return Kind::Moving;
  if (is("application/pdf")) return Kind::Document;
  if (is("text/") || is("application/json")) return Kind::Text;
  return std::nullopt;
}

bool is_active_type(std::string_view declared) {
  return begins_with(declared, "text/html") || begins_with(declared, "image/svg") ||
         begins_with(declared, "application/xhtml") || begins_with(declared, "text/xml") ||
         begins_with(declared, "application/xml");
}

/// Content, name and what the sender says agree, or the file is refused: one of them is a trick.
Result<MediaType> agreed(MediaType found, bool empty, std::string_view name,
                         std::string_view declared) {
  if (has_active_name(name) || is_active_type(declared)) {
    return refused(
        "is a page, a drawing, a program or a list that programs follow (HTML, SVG, XML).");
  }
  if (empty) return found;  // nothing contradicts its name
  const Kind kind = kind_of(found.family);
  if (const auto meant = meant_by_name(name); meant && *meant != kind) {
    return refused(
        fmt::format("has the content of another kind ({}) than its name says.", found.words));
  }
  if (const auto meant = meant_by_type(declared); meant && *meant != kind) {
    return refused(fmt::format("has the content of another kind ({}) than its declared type says.",
                               found.words));
  }
  return found;
}

MediaType text_by_name(std::string_view name) {
  if (ends_with(name, ".md") || ends_with(name, ".markdown"))
    return *find_media_type("text/markdown");
  if (ends_with(name, ".csv")) return *find_media_type("text/csv");
  if (ends_with(name, ".json")) return *find_media_type("application/json");
  return *find_media_type("text/plain");
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || byte == 0x7f;
}

/// Without a character that the end of the head has cut.
std::string_view whole_characters(std::string_view head) {
  for (std::size_t back = 1; back <= 4 && back <= head.size(); ++back) {
    const auto byte = static_cast<unsigned char>(head[head.size() - back]);
    if ((byte & 0xc0) == 0x80) continue;
    const std::size_t wants = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return wants > back ? head.substr(0, head.size() - back) : head;
  }
  return head;
}

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, is_control) && is_utf8(text);
}

}  // namespace

const MediaType* find_media_type(std::string_view name) {
  const auto* found = std::ranges::find(kTypes, name, &MediaType::name);
  return found == kTypes.end() ? nullptr : found;
}

Result<MediaType> media_type_of(ByteView bytes, std::string_view name, std::string_view declared) {
  const std::string_view head = as_text(bytes.first(std::min(bytes.size(), kHeadBytes)));
  if (auto marked = by_mark(head)) {
    if (!*marked) return *std::move(marked);
    return agreed(**marked, false, name, declared);
  }
  const bool cut = bytes.size() >= kHeadBytes;
  if (!is_plain(cut ? whole_characters(head) : head)) {
    return refused("is of a kind that is not known here.");
  }
  if (is_active(head)) {
    return refused("is a page, a drawing or a list that programs follow (HTML, SVG, XML).");
  }
  return agreed(text_by_name(name), bytes.empty(), name, declared);
}

void TextCheck::add(ByteView piece) {
  if (!plain_) return;
  rest_ += as_text(piece);
  const std::size_t whole = whole_characters(rest_).size();
  plain_ = plain_ && is_plain(std::string_view(rest_).substr(0, whole));
  rest_.erase(0, whole);
}

Status TextCheck::finish() {
  if (plain_ && rest_.empty()) return {};
  return refused("begins like text, but goes on with something else.");
}

bool is_shown(const MediaType& type) {
  return type.family == Family::Picture || type.family == Family::Sound ||
         type.family == Family::Video;
}

}  // namespace reprise::upload
