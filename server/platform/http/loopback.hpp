#pragma once

#include <string_view>

namespace reprise::http {

/// True for names and addresses that only this machine can reach. `host` without brackets. Pure.
bool is_loopback(std::string_view host);

}  // namespace reprise::http
