// A project's page: the evidence viewer and the decision form.
"use strict";

nazar.whenThere("#viewer", (viewer) => {
  const at = (id) => document.getElementById(`viewer-${id}`);
  let place = 0;
  let shownUrl = "";

  document.addEventListener("click", (event) => {
    const frame = event.target.closest(".frame");
    if (frame) {
      place = frames().indexOf(frame);
      viewer.showModal();
      show();
    }
    const step = event.target.closest("#viewer [data-step]")?.dataset.step;
    if (step === "0") viewer.close();
    else if (step) move(Number(step));
    if (event.target === viewer) viewer.close();
  });
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") move(-1);
    if (event.key === "ArrowRight") move(1);
  });

  function frames() {
    return [...document.querySelectorAll(".frame")];
  }

  function move(step) {
    const count = frames().length;
    if (!count) return;
    place = (place + step + count) % count;
    show();
  }

  async function show() {
    const frame = frames()[place];
    if (!frame) return;
    at("name").textContent = `${nazar.word("project.evidence_frame", { n: place + 1 })} / ${frames().length}`;
    for (const name of ["taken", "sha", "check"]) at(name).textContent = "";
    at("check").classList.remove("is-wrong");
    const wanted = place;
    const response = await fetch(frame.dataset.frame).catch(() => null);
    if (wanted !== place) return;
    if (!response?.ok) {
      at("picture").removeAttribute("src");
      at("picture").alt = nazar.word("project.picture_gone");
      return;
    }
    const bytes = await response.arrayBuffer();
    if (wanted !== place) return;
    URL.revokeObjectURL(shownUrl);
    shownUrl = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    at("picture").src = shownUrl;
    at("picture").alt = frame.querySelector("img").alt;
    const told = response.headers.get("X-Nazar-Sha256") ?? "";
    at("sha").textContent = told;
    const taken = response.headers.get("X-Nazar-Taken-At");
    if (taken) at("taken").textContent = `${nazar.word("project.taken")} ${moment(taken)}`;
    // Browsers only digest on HTTPS and on this machine.
    if (!crypto.subtle || !told) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    const own = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    at("check").textContent = nazar.word(own === told ? "project.sha_checked" : "project.sha_differs");
    at("check").classList.toggle("is-wrong", own !== told);
  }

  function moment(stamp) {
    return new Intl.DateTimeFormat(nazar.page.language === "en" ? "en-GB" : nazar.page.language, {
      timeZone: document.getElementById("clock").dataset.zone,
      dateStyle: "medium",
      timeStyle: "medium",
    }).format(new Date(stamp));
  }
});

nazar.whenThere("#decide", (form) => {
  const reject = form.querySelector('[value="rejected"]');
  const rejectWord = reject.textContent;
  settle();
  nazar.afterSwap.push(settle);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const proposal = document.getElementById("decide-about").dataset.proposal;
    // Without a proposal there is nothing to reject; the status is set.
    const pressed = event.submitter?.value ?? "confirmed";
    const verdict = pressed === "rejected" && !proposal ? "set" : pressed;
    const namesStatus = pressed === "rejected";
    const reason = form.elements.reason.value.trim();
    const status = form.elements.status.value;
    if (!reason) {
      form.elements.reason.focus();
      nazar.say("decide-message", nazar.word("decide.reason_missing"), true);
      return;
    }
    if (namesStatus && !status) {
      form.elements.status.focus();
      nazar.say("decide-message", nazar.word("decide.status_missing"), true);
      return;
    }
    emitEvent("decided", {
      verdict,
      reason,
      status: namesStatus ? status : null,
      proposed_status_id: proposal || null,
    });
  });

  nazar.decided = () => form.reset();

  // Without a proposal there is nothing to confirm or return; a status can still be set.
  function settle() {
    const hasProposal = Boolean(document.getElementById("decide-about")?.dataset.proposal);
    for (const button of form.querySelectorAll('[value="confirmed"], [value="returned"]')) {
      button.hidden = !hasProposal;
    }
    reject.textContent = hasProposal ? rejectWord : reject.dataset.without;
  }
});
