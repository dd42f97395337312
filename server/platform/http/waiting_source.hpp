#pragma once

#include "platform/http/http.hpp"

namespace reprise::http {

/// A source whose next piece may be long in coming. The connection looks meanwhile whether the
/// client is still there and still may have it, and cancels `next` when not.
class WaitingSource : public BodySource {};

}  // namespace reprise::http
