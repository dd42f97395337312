#include "platform/http/json_body.hpp"

#include "platform/http/plain_texts.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {

Task<Result<std::string>> read_json_text(BodyReader* body, std::string content_type) {
  const std::string_view media_type =
      trim(std::string_view(content_type).substr(0, content_type.find(';')));
  if (!same_token(media_type, "application/json")) {
    co_return fail(ErrorCode::Unsupported, "Send the body with Content-Type: application/json.");
  }
  const Result<Bytes> bytes = co_await body->read_all();
  if (!bytes) co_return std::unexpected(bytes.error());
  std::string text(as_text(*bytes));
  if (auto status = check_texts(text); !status) co_return std::unexpected(status.error());
  co_return text;
}

}  // namespace reprise::http
