import { Anchor, Button, NavLink } from '@mantine/core';
import { createLink } from '@tanstack/react-router';

/** A link in a text. */
export const TextLink = createLink(Anchor<'a'>);

/** A link that looks like the action that it leads to. */
export const ButtonLink = createLink(Button<'a'>);

/** An entry of the navigation. */
export const NavItem = createLink(NavLink<'a'>);
