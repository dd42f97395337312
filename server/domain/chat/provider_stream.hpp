#pragma once

// Reads what `streamGenerateContent` or `/chat/completions` sends: events `data: {json}`, in pieces
// of any size.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "domain/chat/message.hpp"
#include "domain/chat/prompt.hpp"

namespace reprise::chat {

/// Takes any bytes.
class ProviderStream {
 public:
  explicit ProviderStream(Dialect dialect) : dialect_(dialect) {}
  /// The next bytes of the stream. After an error the rest is not looked at.
  void feed(std::string_view bytes);
  /// Nothing more comes.
  void end();
  /// The text that has come since the last call, valid UTF-8 without U+0000. Half a character that
  /// waits for its other half is kept back.
  std::string take_text();
  const Usage& usage() const { return usage_; }
  /// The summary of its reasoning, as far as it has come; at most kReasoningBytesMax.
  std::string reasoning() const;
  /// Where the service looked for what it says.
  const Grounding& grounding() const { return grounding_; }
  /// True when the rest of the stream would not change anything.
  bool over() const {
    return malformed_ || done_ || error_body_.has_value() || !block_reason_.empty();
  }
  /// The body of an error that came instead of a further event.
  const std::optional<std::string>& error_body() const { return error_body_; }
  /// How the answer ended, after `end`.
  Ending ending() const;

  /// An event of more bytes is malformed.
  static constexpr std::size_t kEventBytesMax = 4'000'000;

 private:
  void line(std::string_view text);
  void event();
  void read(const boost::json::object& chunk, const std::string& data);
  void read_candidate(const boost::json::object& candidate);
  void read_grounding(const boost::json::object& metadata);
  void read_choices(const boost::json::object& chunk);

  const Dialect dialect_;
  std::string line_;
  bool after_return_ = false;
  bool begun_ = false;  // the first line has come
  bool bare_ = false;   // what comes is no event but the body of an error
  std::string data_;
  std::string text_;
  std::string finish_reason_;
  std::string block_reason_;
  std::optional<std::string> error_body_;
  Usage usage_;
  std::string reasoning_;
  Grounding grounding_;
  bool malformed_ = false;
  bool done_ = false;  // the service has said that nothing more comes
  bool spoke_ = false;
};

}  // namespace reprise::chat
