#pragma once

#include <string>
#include <vector>

#include "platform/http/http.hpp"

namespace reprise::http {

/// What the app's page and its Workers may do: Content-Security-Policy with Trusted Types (policy
/// `reprise`), Permissions-Policy, Cross-Origin-Opener-Policy. Browsers heed these only in the
/// answer that a page or a Worker is made of. `connect_origins`: where the page may connect besides
/// its own origin, as `scheme://host[:port]` (Gemini, or the emulator by both ws and http).
/// `media_origins`: from where it may also play films, and ask for them. `form_origins`: where its
/// forms may lead (the pages of a login).
Headers page_headers(const std::vector<std::string>& connect_origins,
                     const std::vector<std::string>& media_origins = {},
                     const std::vector<std::string>& form_origins = {});

/// The headers of every answer that does not bring its own: whatever it is opened as may load and
/// run nothing, and nothing of another site may show, frame, embed or sniff it.
Headers bare_headers();

}  // namespace reprise::http
