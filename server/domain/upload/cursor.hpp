#pragma once

#include <cstdint>
#include <string_view>

namespace reprise::upload {

/// Reads a text from front to end. A read behind the end gives empty text or 0, and `bad`.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  std::string_view take(std::size_t count) {
    if (count > rest_.size()) {
      bad_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  /// A number of at most four bytes, the most significant first.
  std::uint32_t big(std::size_t bytes) { return static_cast<std::uint32_t>(wide(bytes)); }
  /// The same, of at most eight bytes.
  std::uint64_t wide(std::size_t bytes) {
    std::uint64_t number = 0;
    for (const char c : take(bytes)) number = number << 8 | static_cast<unsigned char>(c);
    return number;
  }
  /// A number of at most four bytes, the least significant first.
  std::uint32_t little(std::size_t bytes) {
    std::uint32_t number = 0;
    const std::string_view text = take(bytes);
    for (std::size_t at = text.size(); at > 0; --at) {
      number = number << 8 | static_cast<unsigned char>(text[at - 1]);
    }
    return number;
  }
  std::string_view rest() const { return rest_; }
  bool ended() const { return rest_.empty(); }
  bool bad() const { return bad_; }

 private:
  std::string_view rest_;
  bool bad_ = false;
};

}  // namespace reprise::upload
