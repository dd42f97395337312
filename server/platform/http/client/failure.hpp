#pragma once

#include <string>

// Why an outgoing request got no answer, so that callers can say it in words.
namespace reprise::http {

enum class FetchFault {
  Request,      ///< the URL or a header of the request is malformed
  NameUnknown,  ///< the name has no address, or no name server answers
  NameLate,     ///< the look-up had not ended at the deadline
  Refused,      ///< nothing listens there, or there is no route to it
  ConnectLate,  ///< no address took the connection before the deadline
  Proxy,       ///< the proxy did not open the tunnel: `status`, or 0 for an answer that is not HTTP
  TlsTime,     ///< the certificate is not valid at this computer's time
  TlsTrust,    ///< the certificate is for another name, or of an unknown authority
  Tls,         ///< the handshake failed in another way
  Upgrade,     ///< the answer to a WebSocket handshake was `status`
  AnswerLate,  ///< connected, but no whole answer before the deadline
  Cut,         ///< the connection ended or broke
  Malformed,   ///< the answer is not HTTP
  TooLarge,    ///< the answer is over its limit
};

/// Contains no secrets: no header, no body, and of the URL only host and port.
struct FetchError {
  FetchFault fault;
  std::string detail;  ///< for the log: the step and the system's own words
  int status = 0;
  bool at_proxy = false;  ///< it happened while connecting to the proxy
};

}  // namespace reprise::http
