#include "emulator/text/media_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/speech/resampler.hpp"
#include "emulator/talk/picture.hpp"
#include "emulator/text/pdf_pages.hpp"

namespace reprise::emulator {
namespace {

// What media count for (ai.google.dev, November 2026).
constexpr std::int64_t kPictureTokens = 258;
constexpr std::int64_t kPageTokens = 258;
constexpr std::int64_t kSoundTokensASecond = 32;
constexpr std::int64_t kVideoTokensASecond = 263;

/// A big-endian or little-endian number inside of a file; 0 when the file is too short.
std::uint32_t number_at(std::string_view data, std::size_t at, std::size_t bytes, bool big) {
  if (at + bytes > data.size()) return 0;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t from = big ? at + i : at + bytes - 1 - i;
    number = number << 8U | static_cast<std::uint8_t>(data[from]);
  }
  return number;
}

struct Size {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// The format of a picture by its first bytes, and its size where the header says it.
struct Format {
  std::string_view name;
  Size size;
};
Format format_of(std::string_view data) {
  if (data.starts_with("\xFF\xD8\xFF")) return {"JPEG", {}};
  if (data.starts_with("\x89PNG\r\n\x1A\n")) {
    return {"PNG", {number_at(data, 16, 4, true), number_at(data, 20, 4, true)}};
  }
  if (data.starts_with("GIF8")) {
    return {"GIF", {number_at(data, 6, 2, false), number_at(data, 8, 2, false)}};
  }
  if (data.starts_with("RIFF") && data.substr(0, 12).ends_with("WEBP")) {
    const std::string_view form = data.substr(std::min<std::size_t>(12, data.size()), 4);
    constexpr std::uint32_t kLossySideMask = 0x3FFF;
    if (form == "VP8 ") {
      return {"WebP",
              {number_at(data, 26, 2, false) & kLossySideMask,
               number_at(data, 28, 2, false) & kLossySideMask}};
    }
    if (form == "VP8X") {
      return {"WebP", {number_at(data, 24, 3, false) + 1, number_at(data, 27, 3, false) + 1}};
    }
    return {"WebP", {}};
  }
  return {"", {}};
}

MediaFacts picture_facts(ByteView data) {
  const Format format = format_of(as_text(data));
  if (format.name.empty()) return {"a picture that I cannot read", "IMAGE", kPictureTokens};
  if (const auto seen = format.name == "JPEG" ? look_at(data) : std::nullopt) {
    return {fmt::format("a JPEG picture of {} by {} pixels, on average {}", seen->width,
                        seen->height, colour_words(seen->red, seen->green, seen->blue)),
            "IMAGE", kPictureTokens};
  }
  if (format.size.width == 0) {
    return {fmt::format("a {} picture", format.name), "IMAGE", kPictureTokens};
  }
  return {fmt::format("a {} picture of {} by {} pixels", format.name, format.size.width,
                      format.size.height),
          "IMAGE", kPictureTokens};
}

MediaFacts document_facts(std::string_view data) {
  if (!data.starts_with("%PDF-")) return {"a PDF that I cannot read", "DOCUMENT", kPageTokens};
  const std::int64_t pages = pages_of_pdf(data);
  if (pages == 0) return {"a PDF", "DOCUMENT", kPageTokens};
  return {fmt::format("a PDF with {} {}", pages, pages == 1 ? "page" : "pages"), "DOCUMENT",
          pages * kPageTokens};
}

/// Uncompressed 16-bit sound of a WAV file, mixed to mono.
struct Wave {
  std::uint32_t rate = 0;
  Samples mono;
};
std::optional<Wave> read_wave(std::string_view data) {
  if (!data.starts_with("RIFF") || !data.substr(0, 12).ends_with("WAVE")) return std::nullopt;
  constexpr std::uint32_t kPcm = 1;
  Wave wave;
  std::uint32_t channels = 0;
  for (std::size_t at = 12; at + 8 <= data.size();) {
    const std::string_view name = data.substr(at, 4);
    const std::size_t length = number_at(data, at + 4, 4, false);
    const std::string_view body = data.substr(at + 8, length);
    if (name == "fmt ") {
      channels = number_at(body, 2, 2, false);
      wave.rate = number_at(body, 4, 4, false);
      const bool plain =
          number_at(body, 0, 2, false) == kPcm && number_at(body, 14, 2, false) == 16;
      if (!plain || channels < 1 || channels > 8 || wave.rate < kRateHzMin ||
          wave.rate > kRateHzMax) {
        return std::nullopt;
      }
    }
    if (name == "data" && channels > 0) {
      const std::size_t step = std::size_t{channels} * 2;
      wave.mono.reserve(body.size() / step);
      for (std::size_t from = 0; from + step <= body.size(); from += step) {
        std::int32_t sum = 0;
        for (std::uint32_t channel = 0; channel < channels; ++channel) {
          sum += static_cast<std::int16_t>(number_at(body, from + channel * 2, 2, false));
        }
        wave.mono.push_back(static_cast<std::int16_t>(sum / static_cast<std::int32_t>(channels)));
      }
      return wave;
    }
    at += 8 + length + length % 2;
  }
  return std::nullopt;
}

MediaFacts sound_facts(
    std::string_view data,
    const std::function<std::string(std::span<const std::int16_t>)>& understand) {
  const auto wave = read_wave(data);
  if (!wave) {
    return {fmt::format("sound of {} kB that I cannot decode", data.size() / 1000), "AUDIO",
            kSoundTokensASecond};
  }
  const double seconds = static_cast<double>(wave->mono.size()) / wave->rate;
  const std::string heard =
      understand(resample(wave->mono, {.from_hz = static_cast<int>(wave->rate), .to_hz = kEarHz}));
  return {fmt::format("{:.1f} seconds of sound, in which {}", seconds,
                      heard.empty() ? "I understood nothing" : "I understood: " + heard),
          "AUDIO", static_cast<std::int64_t>(seconds * kSoundTokensASecond) + 1};
}

}  // namespace

MediaFacts facts_of(const std::string& mime_type, ByteView data,
                    const std::function<std::string(std::span<const std::int16_t>)>& understand) {
  const std::string_view text = as_text(data);
  if (mime_type.starts_with("image/")) return picture_facts(data);
  if (mime_type == "application/pdf") return document_facts(text);
  if (mime_type.starts_with("audio/")) return sound_facts(text, understand);
  if (mime_type.starts_with("video/")) {
    return {fmt::format("a video of {} kB", data.size() / 1000), "VIDEO", kVideoTokensASecond};
  }
  return {fmt::format("a text of {} lines", std::ranges::count(text, '\n') + 1), "TEXT",
          static_cast<std::int64_t>(data.size() / 4) + 1};
}

}  // namespace reprise::emulator
