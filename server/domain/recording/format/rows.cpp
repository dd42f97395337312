#include "domain/recording/format/rows.hpp"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.hpp"

namespace reprise::recording {
namespace json = boost::json;
namespace {

std::optional<std::int64_t> integer_of(const json::value& value, std::int64_t least,
                                       std::int64_t most) {
  std::int64_t number = 0;
  if (const auto* exact = value.if_int64()) {
    number = *exact;
  } else if (const auto* real = value.if_double()) {  // never a uint64: it would be above 2^63
    if (!(std::abs(*real) <= 9.0e15)) return std::nullopt;
    number = std::llround(*real);
  } else {
    return std::nullopt;
  }
  if (number < least || number > most) return std::nullopt;
  return number;
}

/// Reads members of one object and notes whether a required member was absent.
class Members {
 public:
  explicit Members(const json::object& object) : object_(object) {}

  std::int64_t required(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto value = optional(name, least, most);
    if (!value) valid_ = false;
    return value.value_or(least);
  }
  std::optional<std::int64_t> optional(std::string_view name, std::int64_t least,
                                       std::int64_t most) const {
    const auto* value = object_.if_contains(name);
    return value != nullptr ? integer_of(*value, least, most) : std::nullopt;
  }
  Frame frame() { return Frame(required(kFrame, 0, kMediaFramesMax)); }
  std::optional<Frame> optional_frame() const {
    const auto value = optional(kFrame, 0, kMediaFramesMax);
    return value ? std::optional(Frame(*value)) : std::nullopt;
  }
  Frame even_frame() {
    const Frame value = frame();
    if (value.value % 2 != 0) valid_ = false;
    return value;
  }
  std::int64_t index(std::string_view name) { return required(name, 0, kSampleIndexMax); }
  ModelSample model_samples(std::string_view name, std::int64_t least = 0) {
    return ModelSample(required(name, least, kSampleIndexMax));
  }
  std::int64_t item() { return index("item"); }
  PageUs page() { return PageUs(required("page_us", 0, kClockUsMax)); }
  std::optional<bool> flag(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    const auto* flag = value != nullptr ? value->if_bool() : nullptr;
    return flag != nullptr ? std::optional(*flag) : std::nullopt;
  }
  std::string_view text(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    return text != nullptr ? std::string_view(*text) : std::string_view();
  }
  const json::object* object(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value != nullptr ? value->if_object() : nullptr;
  }
  const json::array* array(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return value != nullptr ? value->if_array() : nullptr;
  }
  bool valid() const { return valid_; }

 private:
  static constexpr std::string_view kFrame = "context_frame";
  const json::object& object_;
  bool valid_ = true;
};

std::vector<std::uint8_t> decode_base64(std::string_view text) {
  constexpr auto kDigits = [] {
    std::array<std::int8_t, 256> digits{};
    digits.fill(-1);
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
      digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return digits;
  }();
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const auto digit = kDigits[static_cast<unsigned char>(c)];
    if (digit < 0) break;  // padding, or not base64: what was read before it is kept
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFFF;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<std::uint8_t>(bits >> held & 0xFF));
    }
  }
  return bytes;
}

ClockRow microphone_row(Members& row) {
  MicrophoneRow result{row.required("sample_rate", 8000, 192'000), {}, {}};
  const auto* blocks = row.array("blocks");
  if (!row.valid() || blocks == nullptr || blocks->size() > kMicrophoneBlocksMax)
    return RefusedRow{};
  for (const auto& entry : *blocks) {
    const auto* triple = entry.if_array();
    if (triple == nullptr || triple->size() != 3) return RefusedRow{};
    const auto device = integer_of((*triple)[0], -kClockUsMax, kClockUsMax);
    const auto page = integer_of((*triple)[1], 0, kClockUsMax);
    const auto frames = integer_of((*triple)[2], 1, result.sample_rate);
    if (!device || !page || !frames) return RefusedRow{};
    result.blocks.push_back({DeviceUs(*device), PageUs(*page), *frames});
  }
  result.envelope = decode_base64(row.text("envelope"));
  return result;
}

bool contains(ByteView json_bytes, std::string_view word) {
  return as_text(json_bytes).find(word) != std::string_view::npos;
}

/// True for most messages. The message lies in the row as an escaped string: escaping does not
/// change these words, and puts a backslash before the quote that follows `text`.
bool is_audio_only(ByteView bytes) {
  for (const auto word : {"ranscription", "omplete", "interrupted", "usage", "text\\\""}) {
    if (contains(bytes, word)) return false;
  }
  return true;
}

/// One member under two spellings: Google writes camelCase, but the other spelling is accepted,
/// too, as in web/src/media/live/live-message.ts.
struct Either {
  std::string_view camel;
  std::string_view snake;
};
std::string_view name_in(const json::object& object, Either names) {
  return object.contains(names.camel) ? names.camel : names.snake;
}
const json::object* object_in(const json::object& object, Either names) {
  return Members(object).object(name_in(object, names));
}
bool flag_in(const json::object& object, Either names) {
  return Members(object).flag(name_in(object, names)).value_or(false);
}

/// A text without U+0000: nobody says it, and PostgreSQL stores no text that has one.
std::string said(std::string_view text) {
  std::string words(text);
  std::erase(words, '\0');
  return words;
}

void read_parts(const json::object& content, WireRow& wire) {
  const auto* turn = object_in(content, {"modelTurn", "model_turn"});
  const auto* parts = turn != nullptr ? Members(*turn).array("parts") : nullptr;
  if (parts == nullptr) return;
  for (const auto& entry : *parts) {
    const auto* part = entry.if_object();
    if (part == nullptr || part->contains("inlineData") || part->contains("inline_data")) continue;
    const Members members(*part);
    if (members.flag("thought").value_or(false)) continue;
    std::string text = said(members.text("text"));
    if (!text.empty()) wire.written.push_back(std::move(text));
  }
}

/// Reads what a server message means for the turns. `message` may be null.
void read_content(const json::object* message, WireRow& wire) {
  const auto* content =
      message != nullptr ? object_in(*message, {"serverContent", "server_content"}) : nullptr;
  if (content == nullptr) return;
  wire.turn_complete = flag_in(*content, {"turnComplete", "turn_complete"});
  wire.generation_complete = flag_in(*content, {"generationComplete", "generation_complete"});
  wire.interrupted = flag_in(*content, {"interrupted", "interrupted"});
  if (const auto* input = object_in(*content, {"inputTranscription", "input_transcription"})) {
    wire.input_text = said(Members(*input).text("text"));
    wire.input_finished = Members(*input).flag("finished").value_or(false);
  }
  if (const auto* output = object_in(*content, {"outputTranscription", "output_transcription"})) {
    wire.output_text = said(Members(*output).text("text"));
  }
  for (const auto* holder : {content, message}) {  // documented in both places
    const Either status{"interactionStatus", "interaction_status"};
    if (Members(*holder).text(name_in(*holder, status)) == "IN_PROGRESS") wire.goes_on = true;
  }
  read_parts(*content, wire);
}

/// The text that the person wrote to the model. `message` may be null.
std::string_view typed_text(const json::object* message) {
  const auto* input =
      message != nullptr ? object_in(*message, {"realtimeInput", "realtime_input"}) : nullptr;
  return input != nullptr ? Members(*input).text("text") : std::string_view();
}

/// A document and its memory, both reused for the next document.
class Document {
 public:
  /// The object at the root; null when `text` is no JSON object. Valid until the next call.
  /// JavaScript writes half a character (a text may be cut there) as `\ud83d`, which is not UTF-8:
  /// such a half is kept as base/text.hpp says.
  const json::object* parse(std::string_view text) {
    if (const auto* object = parse(text, {})) return object;
    if (text.find("\\u") == std::string_view::npos) return nullptr;
    json::parse_options lenient;
    lenient.allow_invalid_utf8 = true;
    return parse(text::with_lone_halves(text), lenient);
  }

 private:
  const json::object* parse(std::string_view text, const json::parse_options& options) {
    value_.reset();
    resource_.emplace(buffer_.data(), buffer_.size());
    boost::system::error_code error;
    value_.emplace(json::parse(text, error, &*resource_, options));
    return error ? nullptr : value_->if_object();
  }
  std::array<unsigned char, 32 * 1024> buffer_;
  std::optional<json::monotonic_resource> resource_;
  std::optional<json::value> value_;
};

/// Where the message of a row of `/wire/tx` or `/wire/rx` belongs. Nothing when the row is wrong.
std::optional<WireRow> wire_place(Members& row) {
  WireRow wire{};
  wire.socket = row.index("socket");
  wire.index = row.index("index");
  if (!row.valid()) return std::nullopt;
  return wire;
}

}  // namespace

struct RowReader::Memory {
  Document outer;
  Document inner;
  const json::object* row(ByteView bytes) { return outer.parse(as_text(bytes)); }
};

RowReader::RowReader() : memory_(std::make_unique<Memory>()) {}
RowReader::~RowReader() = default;

PlayoutRow RowReader::playout(ByteView bytes) {
  const auto* object = memory_->row(bytes);
  if (object == nullptr) return RefusedRow{};
  Members row(*object);
  const auto kind = row.text("kind");
  PlayoutRow result;
  if (kind == "span") {
    result = SpanRow{row.item(), row.model_samples("first_sample"),
                     row.model_samples("sample_count"), row.even_frame()};
  } else if (kind == "fade") {
    result = FadeRow{row.even_frame(), row.model_samples("sample_count", 1)};
  } else if (kind == "flush") {
    result = FlushRow{row.frame(), row.optional("item", 0, kSampleIndexMax),
                      row.model_samples("dropped_samples")};
  } else if (kind == "underrun") {
    result = UnderrunRow{row.frame(), row.required("prebuffer_ms", 0, 60'000)};
  } else if (kind == "item") {
    result = ItemRow{row.item(), row.model_samples("first_sample")};
  } else if (kind == "item_end") {
    result = ItemEndRow{row.item(), row.model_samples("sample_count"),
                        row.flag("complete").value_or(true)};
  }
  return row.valid() ? result : PlayoutRow(RefusedRow{});
}

ClockRow RowReader::clock(ByteView bytes) {
  const auto* object = memory_->row(bytes);
  if (object == nullptr) return RefusedRow{};
  Members row(*object);
  const auto kind = row.text("kind");
  ClockRow result;
  if (kind == "output") {
    result = OutputRow{row.frame(), row.page()};
  } else if (kind == "render") {
    result = RenderRow{row.frame(), row.page()};
  } else if (kind == "mic") {
    result = MicRow{MicSample(row.index("first_sample")), row.frame()};
  } else if (kind == "microphone") {
    result = microphone_row(row);
  }
  return row.valid() ? result : ClockRow(RefusedRow{});
}

SessionRow RowReader::session(ByteView bytes) {
  const auto* object = memory_->row(bytes);
  if (object == nullptr) return RefusedRow{};
  Members row(*object);
  const auto kind = row.text("kind");
  SessionRow result;
  if (kind == "started") {
    StartedRow started{row.page(), std::string(row.text("model")), std::nullopt};
    if (const auto* audio = row.object("audio")) {
      const auto delay = Members(*audio).optional("mic_delay_frames", 0, kMediaRate);
      if (delay) started.mic_delay = Frame(*delay);
    }
    result = std::move(started);
  } else if (kind == "ended") {
    result = EndedRow{std::string(row.text("reason")), row.optional_frame()};
  }
  return row.valid() ? result : SessionRow(RefusedRow{});
}

std::optional<EventRow> RowReader::event(ByteView bytes) {
  const auto* object = memory_->row(bytes);
  if (object == nullptr) return std::nullopt;
  Members row(*object);
  EventRow event{std::string(row.text("kind")),
                 row.page(),
                 row.optional_frame(),
                 row.flag("on"),
                 row.optional("count", 0, kSampleIndexMax),
                 row.optional("item", 0, kSampleIndexMax),
                 {}};
  if (!row.valid() || event.kind.empty()) return std::nullopt;
  json::object detail(object->storage());
  for (const auto& member : *object) {
    if (member.key() != "kind" && member.key() != "page_us" && member.key() != "context_frame") {
      detail.insert(member);
    }
  }
  event.detail_json = text::well_formed(json::serialize(detail));
  return event;
}

std::optional<WireRow> RowReader::wire_tx(ByteView bytes) {
  const auto* object = memory_->row(bytes);
  if (object == nullptr) return std::nullopt;
  Members row(*object);
  std::optional<WireRow> wire = wire_place(row);
  if (!wire) return std::nullopt;
  if (contains(bytes, "text\\\"")) {
    wire->typed_text = text::well_formed(said(typed_text(memory_->inner.parse(row.text("text")))));
    wire->typed_again = row.flag("again").value_or(false);
  }
  return wire;
}

std::optional<WireRow> RowReader::wire_rx(ByteView bytes) {
  const auto* object = memory_->row(bytes);
  if (object == nullptr) return std::nullopt;
  Members row(*object);
  std::optional<WireRow> wire = wire_place(row);
  if (!wire) return std::nullopt;
  if (const auto* audio = row.object("audio")) {
    Members reference(*audio);
    WireRow::Audio range{reference.model_samples("first_sample"),
                         reference.model_samples("sample_count"),
                         reference.optional("item", 0, kSampleIndexMax)};
    if (reference.valid()) wire->audio = range;
  }
  if (!is_audio_only(bytes)) {
    const auto* message = memory_->inner.parse(row.text("text"));
    read_content(message, *wire);
    if (message != nullptr) wire->tokens = token_use_of(*message);
  }
  return wire;
}

}  // namespace reprise::recording
