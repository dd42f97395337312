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

/// Adds what came; of the reasoning only what is kept.
void add_to(std::string& text, const std::string& more, bool reasons) {
  if (!reasons || text.size() + more.size() <= kReasoningBytesMax) text += more;
}

/// What is said in `content`: a text, or a list of parts with texts.
std::string content_in(const json::object& said) {
  const auto* parts = list_in(said, "content");
  if (parts == nullptr) return text_in(said, "content");
  std::string all;
  for (const json::value& part : *parts) {
    if (const auto* object = part.if_object()) all += text_in(*object, "text");
  }
  return all;
}

/// What `finish_reason` of a chat completion is called by Google.
std::string gemini_reason(const std::string& reason) {
  if (reason == "stop") return "STOP";
  if (reason == "length") return "MAX_TOKENS";
  if (reason == "content_filter") return "SAFETY";
  return "OTHER";
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
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (!std::exchange(begun_, true) && text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
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
  if (dialect_ == Dialect::OpenAi && data_ == "[DONE]") {
    done_ = true;
    return;
  }
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
  const json::value* error = chunk.if_contains("error");
  if (error != nullptr && (error->is_object() || error->is_string())) {
    error_body_ = data;
    return;
  }
  if (dialect_ == Dialect::OpenAi) {
    read_choices(chunk);
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
  if (const auto* grounding = object_in(candidate, "groundingMetadata")) read_grounding(*grounding);
  const auto* content = object_in(candidate, "content");
  const auto* parts = content == nullptr ? nullptr : list_in(*content, "parts");
  if (parts == nullptr) return;
  for (const json::value& part : *parts) {
    const auto* object = part.if_object();
    if (object == nullptr) continue;
    const json::value* thought = object->if_contains("thought");
    const bool reasons = thought != nullptr && thought->is_bool() && thought->get_bool();
    add_to(reasons ? reasoning_ : text_, text_in(*object, "text"), reasons);
  }
}

void ProviderStream::read_grounding(const json::object& metadata) {
  const auto short_enough = [](const std::string& text) {
    return !text.empty() && text.size() <= kSourceBytesMax;
  };
  if (const auto* chunks = list_in(metadata, "groundingChunks")) {
    for (const json::value& one : *chunks) {
      const auto* object = one.if_object();
      const auto* web = object == nullptr ? nullptr : object_in(*object, "web");
      if (web == nullptr || grounding_.sources.size() == kSourcesMax) continue;
      Source source{.title = text::well_formed(text_in(*web, "title")),
                    .url = text::well_formed(text_in(*web, "uri"))};
      if (source.title.empty()) source.title = source.url;
      const bool usable = source.url.starts_with("https://") && short_enough(source.url) &&
                          short_enough(source.title);
      if (usable && std::ranges::find(grounding_.sources, source) == grounding_.sources.end()) {
        grounding_.sources.push_back(std::move(source));
      }
    }
  }
  if (const auto* searches = list_in(metadata, "webSearchQueries")) {
    for (const json::value& one : *searches) {
      if (!one.is_string() || grounding_.searches.size() == kSourcesMax) continue;
      std::string search = text::well_formed(std::string(one.get_string()));
      if (short_enough(search) &&
          std::ranges::find(grounding_.searches, search) == grounding_.searches.end()) {
        grounding_.searches.push_back(std::move(search));
      }
    }
  }
}

void ProviderStream::read_choices(const json::object& chunk) {
  if (const auto* usage = object_in(chunk, "usage")) {
    read_count(*usage, "prompt_tokens", usage_.input_tokens);
    read_count(*usage, "completion_tokens", usage_.output_tokens);
    if (const auto* details = object_in(*usage, "completion_tokens_details")) {
      read_count(*details, "reasoning_tokens", usage_.thought_tokens);
    }
  }
  const auto* choices = list_in(chunk, "choices");
  if (choices == nullptr || choices->empty()) return;
  const auto* choice = choices->front().if_object();
  if (choice == nullptr) return;
  if (std::string reason = text_in(*choice, "finish_reason"); !reason.empty()) {
    finish_reason_ = gemini_reason(reason);
  }
  const auto* said = object_in(*choice, "delta");
  // A service that does not stream gives the whole at once.
  if (said == nullptr) said = object_in(*choice, "message");
  if (said == nullptr) return;
  const std::string content = content_in(*said);
  spoke_ = spoke_ || !content.empty();
  add_to(text_, content, false);
  const std::string reasons = text_in(*said, "reasoning_content");
  add_to(reasoning_, reasons.empty() ? text_in(*said, "reasoning") : reasons, true);
}

std::string ProviderStream::reasoning() const {
  std::string words = text::well_formed(reasoning_);
  std::erase(words, '\0');
  return words;
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
  // Some services give no reason.
  if (done_ && spoke_) return {};
  return {.state = State::Failed,
          .trouble = Trouble{"answer-cut",
                             "The answer broke off. What came before is kept; regenerate it to get "
                             "a whole one."}};
}

}  // namespace reprise::chat
