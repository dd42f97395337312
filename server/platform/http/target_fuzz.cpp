#include <cstdint>
#include <cstdlib>

#include "platform/http/framing.hpp"
#include "platform/http/range.hpp"
#include "platform/http/static_site.hpp"
#include "platform/http/target.hpp"

// Parses any bytes as request targets, hosts, ranges, conditions and header ends. What is accepted
// must have the promised form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool merge : {false, true}) {
    const auto target = parse_target(text, merge);
    if (target && (!target->path.starts_with('/') || target->path.find('\0') != std::string::npos ||
                   target->query.size() > kQueryParametersMax)) {
      std::abort();
    }
  }
  const std::uint64_t whole = size * 37;
  const RangeAnswer answer = parse_range(text, whole);
  if (answer.verdict == RangeVerdict::Part &&
      (answer.range.first >= answer.range.last || answer.range.last > whole)) {
    std::abort();
  }
  decide({.if_match = text, .if_none_match = text, .if_range = text, .range = text}, false, "\"v\"",
         whole);
  accepts_coding(text, "br");
  host_name(text);
  HeadScan at_once;
  HeadScan in_steps;
  const auto whole_look = at_once.look(text);
  for (std::size_t end = 0; end <= size; ++end) {
    const auto look = in_steps.look(text.substr(0, end));
    if (!look && whole_look) std::abort();
    if (!look) break;
    if (*look && (!whole_look || *whole_look != *look)) std::abort();
    if (*look) break;
  }
  return 0;
}
