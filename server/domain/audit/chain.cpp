#include "domain/audit/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "base/digest.hpp"

namespace reprise::audit {
namespace {

constexpr std::size_t kHashDigits = 64;

bool is_hash(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return text.size() == kHashDigits && std::ranges::all_of(text, [&](char c) {
           return kDigits.find(c) != std::string_view::npos;
         });
}

/// Bytes whose boundaries cannot be moved.
class Bytes8 {
 public:
  void number(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes_.push_back(static_cast<char>((bits >> shift) & 0xFFU));
    }
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes_ += value;
  }
  ByteView view() const { return std::as_bytes(std::span(bytes_)); }

 private:
  std::string bytes_;
};

}  // namespace

std::string hidden_id(std::string_view id) { return hex(sha256(as_bytes(id))); }

Head after(const Head& before, const Entry& entry) {
  Bytes8 bytes;
  bytes.text(before.hash_hex);
  bytes.number(before.seq + 1);
  bytes.text(entry.id);
  bytes.number(entry.at_utc_ns);
  for (const std::string* field : {&entry.actor, &entry.event, &entry.object_kind, &entry.object_id,
                                   &entry.request_id, &entry.address, &entry.detail}) {
    bytes.text(*field);
  }
  return {.seq = before.seq + 1, .hash_hex = hex(sha256(bytes.view()))};
}

std::optional<std::string> Check::follow(const Sealed& next) {
  const Head expected = after(head_, next.entry);
  if (next.head.seq != expected.seq) {
    return fmt::format("entry {} follows entry {}: what lay between them is gone", next.head.seq,
                       head_.seq);
  }
  if (next.head.hash_hex != expected.hash_hex) {
    return fmt::format("entry {} ({}, {}) is not what was written: its hash differs", next.head.seq,
                       next.entry.id, next.entry.event);
  }
  head_ = expected;
  if (known_ && known_->seq == head_.seq && known_->hash_hex != head_.hash_hex) {
    return fmt::format("entry {} has another hash than was noted: the log was written anew",
                       head_.seq);
  }
  return std::nullopt;
}

std::optional<std::string> Check::end() const {
  if (!known_ || known_->seq <= head_.seq) return std::nullopt;
  return fmt::format("the log ends at entry {}, but entry {} was there: its end was cut off",
                     head_.seq, known_->seq);
}

Result<Head> head_of(const std::string& text) {
  Head head;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, head.seq);
  const bool numbered = error == std::errc() && head.seq >= 0 && stop != end && *stop == ':';
  if (numbered) head.hash_hex.assign(stop + 1, end);
  if (!numbered || !is_hash(head.hash_hex)) {
    return fail(ErrorCode::Invalid,
                "A place in the audit log is NUMBER:HASH, as `reprise audit verify` prints it.");
  }
  return head;
}

std::string text_of(const Head& head) { return fmt::format("{}:{}", head.seq, head.hash_hex); }

}  // namespace reprise::audit
