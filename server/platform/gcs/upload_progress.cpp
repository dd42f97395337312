#include "platform/gcs/upload_progress.hpp"

#include <fmt/format.h>

#include <charconv>

namespace reprise::gcs {

std::string UploadProgress::range_of(std::uint64_t bytes,
                                     std::optional<std::uint64_t> total) const {
  const std::string whole = total ? std::to_string(*total) : "*";
  if (bytes == 0) return fmt::format("bytes */{}", whole);
  return fmt::format("bytes {}-{}/{}", stored_, stored_ + bytes - 1, whole);
}

Status UploadProgress::learn(std::optional<std::string_view> range, std::uint64_t sent) {
  std::uint64_t stored = 0;
  if (range) {
    constexpr std::string_view kFirst = "bytes=0-";
    std::uint64_t last = 0;
    const char* const end = range->data() + range->size();
    if (!range->starts_with(kFirst)) return fail(ErrorCode::Invalid, "Range is malformed");
    const auto [stop, error] = std::from_chars(range->data() + kFirst.size(), end, last);
    if (error != std::errc{} || stop != end || last == UINT64_MAX) {
      return fail(ErrorCode::Invalid, "Range is malformed");
    }
    stored = last + 1;
  }
  if (stored > sent) return fail(ErrorCode::Invalid, "more is stored than was sent");
  if (stored < stored_) return fail(ErrorCode::Invalid, "less is stored than was confirmed");
  stored_ = stored;
  return {};
}

}  // namespace reprise::gcs
