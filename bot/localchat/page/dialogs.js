// The three small dialogs: an alert of the bot, a name, and a picture in full size.
const box = (id) => document.getElementById(id);

export function alertWith(text) {
  box("alert-text").textContent = text;
  box("alert-box").showModal();
}

/** @returns the name that was typed, or null. */
export function askName(title, name = "") {
  const dialog = box("name-box");
  const input = dialog.querySelector("input");
  box("name-title").textContent = title;
  input.value = name;
  dialog.returnValue = "";
  dialog.showModal();
  input.select();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "save" ? input.value.trim() || null : null),
      { once: true },
    );
  });
}

export function viewPicture(url, name) {
  Object.assign(box("view-box").querySelector("img"), { src: url, alt: name });
  box("view-box").ariaLabel = name;
  box("view-box").showModal();
}

box("view-box").addEventListener("click", (event) => {
  if (event.target.tagName !== "BUTTON") box("view-box").close();
});
// Enter in the name saves it, although "Cancel" is the first button of the form.
box("name-box").querySelector("input").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (event.target.reportValidity()) box("name-box").close("save");
});
