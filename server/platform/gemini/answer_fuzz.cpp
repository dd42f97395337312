#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "platform/gemini/api_error.hpp"
#include "platform/gemini/live_wire.hpp"
#include "platform/gemini/peer_clock.hpp"
#include "platform/gemini/refusal.hpp"

// Parses any bytes as an answer of the model's service, or of another server in its place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string secret = "AIzaSyD-not-a-real-key-0123456789";
  const gemini::Asked asked{.base_url = "https://gemini.test", .model = "m", .secrets = {secret}};
  for (const int status : {200, 400, 403, 429, 503}) {
    http::ClientResponse answer{.status = status, .body = text};
    answer.headers.add("Retry-After", text.substr(0, 20));
    const gemini::Refusal refusal = gemini::refusal_of(answer, asked);
    const std::string& words = refusal.error.client_message;
    if (!is_utf8(words) || words.contains(secret) || words.size() > 2000) std::abort();
    if (refusal.error.type.empty() || gemini::title_of(refusal.error.type).empty()) std::abort();
    if (refusal.retry_after && *refusal.retry_after > std::chrono::hours(1)) std::abort();
  }
  const std::string closed = gemini::closing_of({1008, text}, asked).client_message;
  if (!is_utf8(closed) || closed.contains(secret)) std::abort();
  gemini::read_server_frame(text);
  gemini::PeerClock clock;
  clock.learn(text, 0, 1'000'000'000);
  return 0;
}
