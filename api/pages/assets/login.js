// The log-in form; the answer's cookie is one that scripts can't read.
"use strict";

nazar.whenThere("#login", (form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    nazar.say("login-message", "", false);
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    const response = await fetch("/api/v1/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ login: form.elements.login.value, password: form.elements.password.value }),
    }).catch(() => null);
    button.disabled = false;
    if (response?.ok) {
      location.assign(form.dataset.next);
      return;
    }
    form.elements.password.value = "";
    form.elements.password.focus();
    nazar.say("login-message", await told(response), true);
  });

  async function told(response) {
    if (!response) return nazar.word("login.unreachable");
    if (response.status === 401) return nazar.word("login.wrong");
    const problem = await response.json().catch(() => ({}));
    return problem.detail ?? nazar.word("login.unreachable");
  }
});
