#include "domain/chat/provider_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <utility>

#include "base/text.hpp"

namespace reprise::chat {
namespace json = boost::json;

namespace {

constexpr std::size_t kReasonBytesMax = 40;

const json::object* object_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* list_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

/// A reason is a name in capitals; anything else is not repeated.
std::string reason_in(const json::object& object, std::string_view name) {
  std::string reason = text_in(object, name);
  const bool plain = std::ranges::all_of(
      reason, [](char letter) { return letter == '_' || (letter >= 'A' && letter <= 'Z'); });
  return plain && reason.size() <= kReasonBytesMax ? reason : reason.empty() ? "" : "OTHER";
}

void read_count(const json::object& usage, std::string_view name,
                std::optional<std::int64_t>& count) {
  const json::value* value = usage.if_contains(name);
  if (value != nullptr && value->is_int64() && value->get_int64() >= 0) count = value->get_int64();
}

/// Whether the text ends with the first half of a character, as text::with_lone_halves writes it.
bool ends_with_high_half(std::string_view text) {
  constexpr std::size_t kHalfBytes = 3;
  if (text.size() < kHalfBytes) return false;
  const auto byte = [&](std::size_t at) {
    return static_cast<unsigned char>(text[text.size() - kHalfBytes + at]);
  };
  return byte(0) == 0xED && byte(1) >= 0xA0 && byte(1) <= 0xAF && byte(2) >= 0x80;
}

struct Reason {
  std::string_view name;
  State state;
  std::string_view type;
  std::string_view detail;
};
constexpr std::string_view kBlocked =
    "The model's service stopped this answer by its safety rules ({}). Ask in another way, or "
    "about something else.";
constexpr std::array kReasons{
    Reason{"MAX_TOKENS", State::Stopped, "answer-too-long",
           "The answer has reached the greatest length that the model gives. Ask it to go on."},
    Reason{"SAFETY", State::Failed, "answer-blocked", kBlocked},
    Reason{"PROHIBITED_CONTENT", State::Failed, "answer-blocked", kBlocked},
    Reason{"BLOCKLIST", State::Failed, "answer-blocked", kBlocked},
    Reason{"SPII", State::Failed, "answer-blocked", kBlocked},
    Reason{"RECITATION", State::Failed, "answer-blocked",
           "The model's service stopped this answer because it repeated a known text ({}). Ask in "
           "another way."},
    Reason{"LANGUAGE", State::Failed, "answer-blocked",
           "The model does not answer in this language ({}). Ask in another one."},
};

Ending ending_by(const std::string& reason) {
  const auto known = std::ranges::find(kReasons, reason, &Reason::name);
  if (known == kReasons.end()) {
    return {.state = State::Failed,
            .trouble = Trouble{"answer-ended",
                               fmt::format("The model's service ended this answer early ({}). What "
                                           "came before is kept; regenerate it to try again.",
                                           reason)}};
  }
  return {.state = known->state,
          .trouble =
              Trouble{std::string(known->type), fmt::format(fmt::runtime(known->detail), reason)}};
}

}  // namespace

void ProviderStream::feed(std::string_view bytes) {
  for (const char byte : bytes) {
    if (over()) return;
    const bool second = std::exchange(after_return_, byte == '\r') && byte == '\n';
    if (second) continue;  // of a line's end
    if (byte == '\r' || byte == '\n') {
      line(line_);
      line_.clear();
      continue;
    }
    line_ += byte;
    malformed_ = line_.size() + data_.size() > kEventBytesMax;
  }
}

void ProviderStream::line(std::string_view text) {
  constexpr std::string_view kData = "data:";
  // An error that comes in mid-stream is a body of its own, without the name of a field.
  bare_ = bare_ || (data_.empty() && text.starts_with('{'));
  if (bare_) {
    data_ += text;
    data_ += '\n';
    return;
  }
  if (text.empty()) {
    if (!data_.empty()) event();
    data_.clear();
    return;
  }
  if (!text.starts_with(kData)) return;
  text.remove_prefix(kData.size());
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (!data_.empty()) data_ += '\n';
  data_ += text;
}

void ProviderStream::end() {
  if (over()) return;
  if (!line_.empty()) line(std::exchange(line_, {}));
  if (!data_.empty()) event();
  data_.clear();
}

void ProviderStream::event() {
  // The service may cut a text within a character (base/text); the halves are no UTF-8.
  json::parse_options lenient;
  lenient.allow_invalid_utf8 = true;
  boost::system::error_code wrong;
  const json::value value = json::parse(text::with_lone_halves(data_), wrong, {}, lenient);
  if (wrong || !value.is_object()) {
    malformed_ = true;
    return;
  }
  read(value.get_object(), data_);
}

void ProviderStream::read(const json::object& chunk, const std::string& data) {
  if (object_in(chunk, "error") != nullptr) {
    error_body_ = data;
    return;
  }
  if (const auto* feedback = object_in(chunk, "promptFeedback")) {
    block_reason_ = reason_in(*feedback, "blockReason");
  }
  if (const auto* usage = object_in(chunk, "usageMetadata")) {
    read_count(*usage, "promptTokenCount", usage_.input_tokens);
    read_count(*usage, "candidatesTokenCount", usage_.output_tokens);
    read_count(*usage, "thoughtsTokenCount", usage_.thought_tokens);
  }
  const auto* candidates = list_in(chunk, "candidates");
  if (candidates == nullptr || candidates->empty()) return;
  if (const auto* candidate = candidates->front().if_object()) read_candidate(*candidate);
}

void ProviderStream::read_candidate(const json::object& candidate) {
  if (std::string reason = reason_in(candidate, "finishReason"); !reason.empty()) {
    finish_reason_ = std::move(reason);
  }
  const auto* content = object_in(candidate, "content");
  const auto* parts = content == nullptr ? nullptr : list_in(*content, "parts");
  if (parts == nullptr) return;
  for (const json::value& part : *parts) {
    const auto* object = part.if_object();
    if (object == nullptr) continue;
    const json::value* thought = object->if_contains("thought");
    if (thought != nullptr && thought->is_bool() && thought->get_bool()) continue;
    text_ += text_in(*object, "text");
  }
}

std::string ProviderStream::take_text() {
  std::string held;
  if (finish_reason_.empty() && ends_with_high_half(text_)) {
    constexpr std::size_t kHalfBytes = 3;
    held = text_.substr(text_.size() - kHalfBytes);
    text_.resize(text_.size() - kHalfBytes);
  }
  std::string taken = text::well_formed(text_);
  text_ = std::move(held);
  for (auto at = taken.find('\0'); at != taken.npos; at = taken.find('\0', at)) {
    taken.replace(at, 1, "\uFFFD");
  }
  return taken;
}

Ending ProviderStream::ending() const {
  if (!block_reason_.empty()) {
    return {.state = State::Failed,
            .trouble = Trouble{"question-blocked",
                               fmt::format("The model's service does not answer this by its safety "
                                           "rules ({}). Ask in another way, or about something "
                                           "else.",
                                           block_reason_)}};
  }
  if (finish_reason_ == "STOP") return {};
  if (!finish_reason_.empty()) return ending_by(finish_reason_);
  return {.state = State::Failed,
          .trouble = Trouble{"answer-cut",
                             "The answer broke off. What came before is kept; regenerate it to get "
                             "a whole one."}};
}

}  // namespace reprise::chat
