#pragma once

#include <string>
#include <vector>

#include "platform/http/http.hpp"

namespace reprise::http {

/// The headers of every answer of the web server: Content-Security-Policy with Trusted Types
/// (policy `reprise`), Permissions-Policy, Cross-Origin-Opener- and -Resource-Policy, nosniff,
/// no-referrer. `connect_origins`: where the page may connect besides its own origin, as
/// `scheme://host[:port]` (Gemini, or the emulator by both ws and http). `media_origins`: from
/// where it may also play films, and ask for them. `form_origins`: where its forms may lead (the
/// pages of a login).
Headers security_headers(const std::vector<std::string>& connect_origins,
                         const std::vector<std::string>& media_origins = {},
                         const std::vector<std::string>& form_origins = {});

/// The headers of a listener that serves no page: nothing may show, frame or sniff its answers.
Headers bare_headers();

}  // namespace reprise::http
