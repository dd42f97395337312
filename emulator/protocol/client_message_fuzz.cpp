#include <cstdlib>

#include "emulator/protocol/client_message.hpp"
#include "emulator/protocol/setup.hpp"
#include "emulator/protocol/token_store.hpp"

// Parses any bytes as what a client sends: frames of the socket, and the body of auth_tokens.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise::emulator;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto message = parse_client_message(text);
  if (!message && message.error().reason.size() > 123) std::abort();
  if (message) {
    if (const auto* setup = std::get_if<SetupMessage>(&*message)) {
      (void)check_setup(setup->setup, "v1beta");
    }
  }
  for (const NestedMasks nested : {NestedMasks::Refuse, NestedMasks::Allow}) {
    if (const auto order = read_token_order(text, nested, 0)) {
      (void)check_setup(merge_setup(order->lock, {{"model", "models/gemini-3.8-live"}}), "v1beta");
    }
  }
  return 0;
}
