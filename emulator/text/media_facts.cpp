#include "emulator/text/media_facts.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <numeric>
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

/// Of a sound no more is decoded.
constexpr std::size_t kSoundSecondsMax = 600;

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
  if (const auto seen = look_at(data)) {
    return {fmt::format("a {} picture of {} by {} pixels, on average {}", format.name, seen->width,
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

/// Sound, mixed to mono.
struct Sound {
  int rate = 0;
  Samples mono;
  bool is_cut = false;  ///< it goes on, but no more of it is listened to
};

/// What libsndfile reads from.
struct Source {
  std::string_view data;
  sf_count_t at = 0;
};
SF_VIRTUAL_IO virtual_io() {
  return {.get_filelen = [](void* from) -> sf_count_t {
            return std::ssize(static_cast<Source*>(from)->data);
          },
          .seek = [](sf_count_t offset, int whence, void* from) -> sf_count_t {
            auto& source = *static_cast<Source*>(from);
            const sf_count_t base = whence == SEEK_SET   ? 0
                                    : whence == SEEK_CUR ? source.at
                                                         : std::ssize(source.data);
            source.at = std::clamp<sf_count_t>(base + offset, 0, std::ssize(source.data));
            return source.at;
          },
          .read = [](void* to, sf_count_t count, void* from) -> sf_count_t {
            auto& source = *static_cast<Source*>(from);
            const std::string_view piece =
                source.data.substr(static_cast<std::size_t>(source.at),
                                   static_cast<std::size_t>(std::max<sf_count_t>(count, 0)));
            std::ranges::copy(piece, static_cast<char*>(to));
            source.at += std::ssize(piece);
            return std::ssize(piece);
          },
          .write = nullptr,
          .tell = [](void* from) -> sf_count_t { return static_cast<Source*>(from)->at; }};
}

/// WAV, FLAC, OGG and MP3. Empty: it is none of them, or damaged.
std::optional<Sound> read_sound(std::string_view data) {
  constexpr int kChannelsMax = 8;
  constexpr std::size_t kPieceFrames = 16 * 1024;
  Source source{.data = data};
  SF_VIRTUAL_IO io = virtual_io();
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, decltype(&sf_close)> file(
      sf_open_virtual(&io, SFM_READ, &info, &source), sf_close);
  if (!file || info.channels < 1 || info.channels > kChannelsMax || info.samplerate < kRateHzMin ||
      info.samplerate > kRateHzMax) {
    return std::nullopt;
  }
  const auto channels = static_cast<std::size_t>(info.channels);
  const auto frames_max = static_cast<std::size_t>(info.samplerate) * kSoundSecondsMax;
  Sound sound{.rate = info.samplerate};
  std::vector<std::int16_t> piece(kPieceFrames * channels);
  for (;;) {
    const sf_count_t got = sf_readf_short(file.get(), piece.data(), kPieceFrames);
    if (got <= 0) return sound;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got); ++at) {
      if (sound.mono.size() == frames_max) {
        sound.is_cut = true;
        return sound;
      }
      const auto frame = std::span(piece).subspan(at * channels, channels);
      const std::int32_t sum = std::accumulate(frame.begin(), frame.end(), std::int32_t{0});
      sound.mono.push_back(static_cast<std::int16_t>(sum / info.channels));
    }
  }
}

MediaFacts sound_facts(
    std::string_view data,
    const std::function<std::string(std::span<const std::int16_t>)>& understand) {
  const auto sound = read_sound(data);
  if (!sound) {
    return {fmt::format("sound of {} kB that I cannot decode", data.size() / 1000), "AUDIO",
            kSoundTokensASecond};
  }
  const double seconds = static_cast<double>(sound->mono.size()) / sound->rate;
  const std::string heard =
      understand(resample(sound->mono, {.from_hz = sound->rate, .to_hz = kEarHz}));
  return {fmt::format("{}{:.1f} seconds of sound, in which {}", sound->is_cut ? "more than " : "",
                      seconds, heard.empty() ? "I understood nothing" : "I understood: " + heard),
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
