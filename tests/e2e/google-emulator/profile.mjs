// users.getProfile: https://developers.google.com/workspace/gmail/api/reference/rest/v1/users/getProfile

export function answerProfiles(app, google) {
  app.get("/gmail/v1/users/:userId/profile", (context) => {
    const address = context.get("authUser")?.login;
    if (!address) {
      return context.json({ error: { code: 401, message: "Invalid Credentials", status: "UNAUTHENTICATED" } }, 401);
    }
    const messages = google.messages.findBy("user_email", address);
    return context.json({
      emailAddress: address,
      messagesTotal: messages.length,
      threadsTotal: new Set(messages.map((message) => message.thread_id)).size,
      historyId: google.history.findBy("user_email", address).at(-1)?.gmail_id ?? "1",
    });
  });
}
