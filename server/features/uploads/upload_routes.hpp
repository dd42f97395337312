#pragma once

#include "platform/http/http.hpp"
#include "platform/uploads/uploads.hpp"

namespace reprise::uploads {

/// `may_begin` says whether there is space for new files. All outlive the routes.
http::Routes upload_routes(Uploads& uploads, std::function<Status()> may_begin);

}  // namespace reprise::uploads
