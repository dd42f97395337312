/** The addresses of the app's pages that have a name in them. */
export const addresses = {
  chat: (chatId: string): string => `/chats/${encodeURIComponent(chatId)}`,
  sharedChat: (chatId: string): string => `/shared/${encodeURIComponent(chatId)}`,
  recording: (recordingId: string): string => `/recordings/${encodeURIComponent(recordingId)}`,
};
